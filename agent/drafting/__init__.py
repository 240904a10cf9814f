"""From a brief to a draft: what a model is asked, and what its answer means."""
