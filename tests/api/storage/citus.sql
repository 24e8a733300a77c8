-- The functions of Citus that a migration calls: they note what they were asked, and refuse what Citus refuses. Nothing is distributed.
CREATE SCHEMA citus;
CREATE TABLE citus.pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char" NOT NULL);
CREATE TABLE citus.calls (number bigint GENERATED ALWAYS AS IDENTITY, call text NOT NULL);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, citus', current_database()); END $$;

CREATE FUNCTION citus.create_distributed_table(asked regclass, key text, colocate_with text DEFAULT 'default') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE key_number smallint := (SELECT attnum FROM pg_attribute WHERE attrelid = asked AND attname = key);
BEGIN
    INSERT INTO citus.calls (call) VALUES ('create_distributed_table ' || asked || ' ' || colocate_with);
    IF EXISTS (SELECT FROM citus.pg_dist_partition WHERE logicalrelid = asked AND partmethod = 'h') THEN
        RAISE EXCEPTION 'table % is already distributed', asked;
    END IF;
    IF EXISTS (SELECT FROM pg_index WHERE indrelid = asked AND indisunique AND NOT key_number = ANY (indkey)) THEN
        RAISE feature_not_supported USING MESSAGE = format('cannot create a unique constraint on %s without %s', asked, key);
    END IF;
    IF EXISTS (SELECT FROM pg_constraint AS c WHERE c.contype = 'f' AND c.conrelid = asked AND c.confrelid <> asked AND (
        NOT EXISTS (SELECT FROM citus.pg_dist_partition AS d WHERE d.logicalrelid = c.confrelid AND d.partmethod = 'h')
        OR NOT key_number = ANY (c.conkey)))
    THEN
        RAISE feature_not_supported USING MESSAGE = format('%s refers to a table that is not colocated, or without %s', asked, key);
    END IF;
    IF colocate_with <> 'default' AND NOT EXISTS (
        SELECT FROM citus.pg_dist_partition WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h')
    THEN
        RAISE EXCEPTION 'relation % is not distributed', colocate_with;
    END IF;
    INSERT INTO citus.pg_dist_partition VALUES (asked, 'h');
END $$;

CREATE FUNCTION citus.citus_add_local_table_to_metadata(asked regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO citus.calls (call) VALUES ('citus_add_local_table_to_metadata ' || asked);
    IF EXISTS (SELECT FROM pg_constraint AS c JOIN citus.pg_dist_partition AS d ON d.logicalrelid IN (c.confrelid, c.conrelid)
        WHERE c.contype = 'f' AND asked IN (c.conrelid, c.confrelid) AND d.partmethod = 'h')
    THEN
        RAISE feature_not_supported USING MESSAGE = 'foreign keys from reference tables and local tables to distributed tables';
    END IF;
    INSERT INTO citus.pg_dist_partition VALUES (asked, 'n');
END $$;

CREATE FUNCTION citus.truncate_local_data_after_distributing_table(asked regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO citus.calls (call) VALUES ('truncate_local_data_after_distributing_table ' || asked);
    IF EXISTS (SELECT FROM pg_constraint AS c WHERE c.contype = 'f' AND c.confrelid = asked
        AND NOT EXISTS (SELECT FROM citus.pg_dist_partition WHERE logicalrelid = c.conrelid AND partmethod = 'h'))
    THEN
        RAISE EXCEPTION 'cannot truncate a table that a local table refers to';
    END IF;
END $$;
