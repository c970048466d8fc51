"""Finding passages: Vietnamese analysis, embedders, FAISS and BM25, score fusion, and the index on disk."""
