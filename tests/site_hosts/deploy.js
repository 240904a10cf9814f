// Deploys a folder with Vercel's own client: node deploy.js API TOKEN FOLDER
const { createDeployment } = require("@vercel/client");

const [apiUrl, token, path] = process.argv.slice(2);

async function main() {
  const client = { apiUrl, token, path, skipAutoDetectionConfirmation: true };
  const wanted = { name: "shop", target: "production", projectSettings: { framework: null } };
  for await (const event of createDeployment(client, wanted)) {
    if (event.type === "error") throw new Error(JSON.stringify(event.payload));
    console.log(event.type);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
