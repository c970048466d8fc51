-- The tables of library.sqlite (documents/database.py); values of sections, passages, targets and read metadata are JSON.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, bundled INTEGER NOT NULL, format TEXT NOT NULL, file_name TEXT NOT NULL,
    added_at TEXT NOT NULL, file_digest TEXT NOT NULL, text_digest TEXT NOT NULL, digest TEXT NOT NULL,
    text TEXT NOT NULL, read TEXT NOT NULL
) STRICT;
CREATE TABLE originals (document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, content BLOB NOT NULL) STRICT;
CREATE TABLE sections (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE passages (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE facts (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, name TEXT NOT NULL, n INTEGER NOT NULL,
    value TEXT NOT NULL, start INTEGER, "end" INTEGER, PRIMARY KEY (document_id, name, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE corrections (
    document_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, made_at TEXT NOT NULL, PRIMARY KEY (document_id, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE targets (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL,
    year INTEGER, pillar TEXT NOT NULL, level TEXT, value TEXT NOT NULL, PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE removed (document_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS pages (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL,
    start INTEGER NOT NULL, number INTEGER NOT NULL, confidence REAL, PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS page_lines (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, page INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, value TEXT NOT NULL) STRICT;
