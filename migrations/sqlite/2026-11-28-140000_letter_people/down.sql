-- Each group and each list brings the comma before it, of which the first is cut off; without concat_ws, which programs that
-- bring an older SQLite lack.
UPDATE interventions SET people = '{' || substr(
    coalesce(',"age_groups":{' || nullif(substr(
        coalesce(',"12_17":' || (people ->> '$.a'), '') ||
        coalesce(',"18_24":' || (people ->> '$.b'), '') ||
        coalesce(',"25_39":' || (people ->> '$.c'), '') ||
        coalesce(',"40_59":' || (people ->> '$.d'), '') ||
        coalesce(',"60_69":' || (people ->> '$.e'), '') ||
        coalesce(',"70_plus":' || (people ->> '$.f'), '') ||
        coalesce(',"under_12":' || (people ->> '$.g'), ''), 2), '') || '}', '') ||
    coalesce(',"follow_ups":{' || nullif(substr(
        coalesce(',"individual":' || (people ->> '$.h'), '') ||
        coalesce(',"redirected":' || (people ->> '$.i'), '') ||
        coalesce(',"workshop":' || (people ->> '$.j'), ''), 2), '') || '}', '') ||
    coalesce(',"genders":{' || nullif(substr(
        coalesce(',"female":' || (people ->> '$.k'), '') ||
        coalesce(',"male":' || (people ->> '$.l'), ''), 2), '') || '}', '') ||
    coalesce(',"situations":{' || nullif(substr(
        coalesce(',"employed":' || (people ->> '$.m'), '') ||
        coalesce(',"in_school":' || (people ->> '$.n'), '') ||
        coalesce(',"retired":' || (people ->> '$.o'), '') ||
        coalesce(',"unemployed":' || (people ->> '$.p'), ''), 2), '') || '}', ''), 2) || '}';
