-- SQLite keeps these references: they cost a report nothing that is measured.
SELECT 1;
