BEGIN TRANSACTION;
CREATE TABLE corrections (
    document_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, made_at TEXT NOT NULL, PRIMARY KEY (document_id, field)
) STRICT, WITHOUT ROWID;
INSERT INTO "corrections" VALUES('dong-nai-45-kh-ubnd','signer','Lê Văn A','2026-11-22T12:16:14+00:00');
CREATE TABLE documents (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, bundled INTEGER NOT NULL, format TEXT NOT NULL, file_name TEXT NOT NULL,
    added_at TEXT NOT NULL, file_digest TEXT NOT NULL, text_digest TEXT NOT NULL, digest TEXT NOT NULL,
    text TEXT NOT NULL, read TEXT NOT NULL
) STRICT;
INSERT INTO "documents" VALUES('dong-nai-45-kh-ubnd',5,0,'text','ke-hoach.txt','2026-11-22T12:16:12+00:00','ad30439f78a2671377f45279f348674547a75d2473508aeeb96f2d7334363d36','893e14264dd4123b623fd401a8cf121973856148b906b7391d226c926ea679b5','49218000722c4728583ad76c88103133ac587f1d5d4f0d0c4783a30feaac89a1','ỦY BAN NHÂN DÂN
TỈNH ĐỒNG NAI
Số: 45/KH-UBND
Đồng Nai, ngày 12 tháng 3 năm 2024
KẾ HOẠCH
Phát triển thư viện số trên địa bàn tỉnh Đồng Nai đến năm 2025
I. MỤC TIÊU
- Số hóa tối thiểu 75% tài liệu quý hiếm của các thư viện công cộng.
Nơi nhận:
- Như trên;
- Lưu: VT.','{"title": "Kế hoạch phát triển thư viện số trên địa bàn tỉnh Đồng Nai đến năm 2025", "kind": "Kế hoạch", "province": "Đồng Nai", "body": "Ủy ban nhân dân tỉnh Đồng Nai", "nature": "nguyên văn kế hoạch", "number": "45/KH-UBND", "issued": "2024-03-12"}');
CREATE TABLE facts (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, name TEXT NOT NULL, n INTEGER NOT NULL,
    value TEXT NOT NULL, start INTEGER, "end" INTEGER, PRIMARY KEY (document_id, name, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','body',0,'Ủy ban nhân dân tỉnh Đồng Nai',0,29);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','issued',0,'2024-03-12',45,79);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','kind',0,'Kế hoạch',80,88);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','nature',0,'nguyên văn kế hoạch',80,88);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','number',0,'45/KH-UBND',34,44);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','period',0,'đến năm 2025',139,151);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','province',0,'Đồng Nai',21,29);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','recipients',0,'Như trên',245,253);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','recipients',1,'Lưu: VT',257,264);
INSERT INTO "facts" VALUES('dong-nai-45-kh-ubnd','title',0,'Kế hoạch phát triển thư viện số trên địa bàn tỉnh Đồng Nai đến năm 2025',89,151);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('version','1 3 ca6ec83532e0a359078c120ac20fe704b4d1b55e50cd2792f3e26098b61d6e4a');
CREATE TABLE originals (document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, content BLOB NOT NULL) STRICT;
INSERT INTO "originals" VALUES('dong-nai-45-kh-ubnd',X'E1BBA6592042414E204E48C3824E2044C3824E0A54E1BB884E4820C490E1BB924E47204E41490A53E1BB913A2034352F4B482D55424E440AC490E1BB936E67204E61692C206E67C3A079203132207468C3A16E672033206EC4836D20323032340A0A4BE1BABE20484FE1BAA043480A5068C3A17420747269E1BB836E207468C6B0207669E1BB876E2073E1BB91207472C3AA6E20C491E1BB8B612062C3A06E2074E1BB896E6820C490E1BB936E67204E616920C491E1BABF6E206EC4836D20323032350A0A492E204DE1BBA443205449C38A550A0A2D2053E1BB912068C3B3612074E1BB916920746869E1BB8375203735252074C3A069206C69E1BB8775207175C3BD206869E1BABF6D2063E1BBA7612063C3A163207468C6B0207669E1BB876E2063C3B46E672063E1BB996E672E0A0A4EC6A169206E68E1BAAD6E3A0A2D204E68C6B0207472C3AA6E3B0A2D204CC6B0753A2056542E0A');
CREATE TABLE page_lines (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, page INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE pages (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL,
    start INTEGER NOT NULL, number INTEGER NOT NULL, confidence REAL, PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE passages (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "passages" VALUES('dong-nai-45-kh-ubnd',0,'{"id": "dong-nai-45-kh-ubnd#0", "document_id": "dong-nai-45-kh-ubnd", "path": [], "start": 0, "end": 151, "text": "ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG NAI\nSố: 45/KH-UBND\nĐồng Nai, ngày 12 tháng 3 năm 2024\nKẾ HOẠCH\nPhát triển thư viện số trên địa bàn tỉnh Đồng Nai đến năm 2025", "page": null, "kind": "front", "note_of": null, "cells": [], "columns": []}');
INSERT INTO "passages" VALUES('dong-nai-45-kh-ubnd',1,'{"id": "dong-nai-45-kh-ubnd#1", "document_id": "dong-nai-45-kh-ubnd", "path": ["I. MỤC TIÊU"], "start": 166, "end": 232, "text": "Số hóa tối thiểu 75% tài liệu quý hiếm của các thư viện công cộng.", "page": null, "kind": "body", "note_of": null, "cells": [], "columns": []}');
INSERT INTO "passages" VALUES('dong-nai-45-kh-ubnd',2,'{"id": "dong-nai-45-kh-ubnd#2", "document_id": "dong-nai-45-kh-ubnd", "path": [], "start": 233, "end": 265, "text": "Nơi nhận:\n- Như trên;\n- Lưu: VT.", "page": null, "kind": "tail", "note_of": null, "cells": [], "columns": []}');
CREATE TABLE removed (document_id TEXT PRIMARY KEY) STRICT;
INSERT INTO "removed" VALUES('tra-vinh-2022');
INSERT INTO "removed" VALUES('thai-nguyen-2020');
INSERT INTO "removed" VALUES('binh-dinh-khoa-xx');
INSERT INTO "removed" VALUES('gia-lai-04-nq-tu');
CREATE TABLE sections (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "sections" VALUES('dong-nai-45-kh-ubnd',0,'{"path": ["I. MỤC TIÊU"], "start": 152, "end": 233, "heading_end": 163}');
CREATE TABLE sources (document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, value TEXT NOT NULL) STRICT;
CREATE TABLE targets (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, n INTEGER NOT NULL,
    year INTEGER, pillar TEXT NOT NULL, level TEXT, value TEXT NOT NULL, PRIMARY KEY (document_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "targets" VALUES('dong-nai-45-kh-ubnd',0,2025,'chung',NULL,'{"document_id": "dong-nai-45-kh-ubnd", "province": "Đồng Nai", "year": 2025, "pillar": "chung", "indicator": "số hóa tài liệu quý hiếm của các thư viện công cộng", "comparator": ">=", "value": 75.0, "value_max": null, "unit": "%", "level": null, "quote": "Số hóa tối thiểu 75% tài liệu quý hiếm của các thư viện công cộng", "section": "I. MỤC TIÊU", "start": 166, "end": 231}');
COMMIT;