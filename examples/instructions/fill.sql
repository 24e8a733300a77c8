INSERT INTO organisations (organisation_id, name, time_zone, created_at)
VALUES ('00000000-0000-4000-8000-000000000000', 'Le Mans Métropole', 'Europe/Paris', '2024-01-01 00:00:00');

INSERT INTO accounts (organisation_id, account_id, role, name, email, created_at)
WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
SELECT '00000000-0000-4000-8000-000000000000', printf('00000000-0000-4000-8000-%012d', number), 'advisor',
    'Advisor ' || number, 'advisor' || number || '@example.org', '2024-01-01 00:00:00'
FROM numbers;

INSERT INTO tallies
WITH RECURSIVE months (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM months WHERE number < 23),
themes (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM themes WHERE number < 80)
SELECT '00000000-0000-4000-8000-000000000000', printf('%d-%02d', 2024 + number / 12, number % 12 + 1),
    2000, 18000, 4000, 6000, 3000, 3000, 10000, 180000, 240000, 45000, 2000, 100, 0, 500, 300,
    (SELECT json_group_object(printf('theme/theme_%02d', number), json_array(4000, 12000)) FROM themes)
FROM months;

ANALYZE;
