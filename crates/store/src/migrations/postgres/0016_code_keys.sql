-- The ids of the keys under which codes were hashed. A start asks for them, and would read every secret for that.

CREATE TABLE code_keys (
    key_id text COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE FUNCTION know_code_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO code_keys (key_id)
        SELECT DISTINCT key_id FROM added a WHERE NOT EXISTS (SELECT FROM code_keys k WHERE k.key_id = a.key_id)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER code_secrets_key AFTER INSERT ON code_secrets
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION know_code_keys();

ALTER TABLE code_keys OWNER TO daybook_owner;
ALTER FUNCTION know_code_keys() OWNER TO daybook_owner;
REVOKE ALL ON code_keys FROM PUBLIC;
GRANT SELECT, INSERT ON code_keys TO daybook_app;

INSERT INTO code_keys SELECT DISTINCT key_id FROM code_secrets;
