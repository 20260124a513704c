-- The ids of the keys under which codes were hashed. A start asks for them, and would read every secret for that.

CREATE TABLE code_keys (
    key_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER code_secrets_key AFTER INSERT ON code_secrets
    WHEN NOT EXISTS (SELECT 1 FROM code_keys WHERE key_id = NEW.key_id)
    BEGIN INSERT INTO code_keys (key_id) VALUES (NEW.key_id); END;

INSERT INTO code_keys SELECT DISTINCT key_id FROM code_secrets;
