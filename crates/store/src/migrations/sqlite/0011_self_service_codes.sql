-- A tenant's own people may generate codes where the operator lets them. postgres/0011_self_service_codes.sql adds the same column.

ALTER TABLE tenants ADD COLUMN self_service_codes INTEGER NOT NULL DEFAULT 0
    CONSTRAINT tenants_self_service_codes CHECK (self_service_codes IN (0, 1));
