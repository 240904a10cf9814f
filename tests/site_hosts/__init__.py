"""A Hugging Face Hub and a Vercel on loopback: as much of their APIs as publishing a page takes."""
