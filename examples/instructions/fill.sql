INSERT INTO organisations (organisation_id, name, time_zone, created_at)
VALUES ('00000000-0000-4000-8000-000000000000', 'Le Mans Métropole', 'Europe/Paris', '2024-01-01 00:00:00');

INSERT INTO accounts (organisation_id, account_id, role, name, email, created_at)
WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
SELECT '00000000-0000-4000-8000-000000000000', printf('00000000-0000-4000-8000-%012d', number), 'advisor',
    'Advisor ' || number, 'advisor' || number || '@example.org', '2024-01-01 00:00:00'
FROM numbers;

INSERT INTO tallies
WITH RECURSIVE months (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM months WHERE number < 23)
SELECT organisation_id, printf('%d-%02d', 2024 + number / 12, number % 12 + 1), account_id,
    20, 180, 40, 60, 30, 30, 100, 1800, 2400, 450, 20, 1, 0, 5, 3, '{"theme/email":[40,120]}'
FROM months JOIN accounts ON accounts.role = 'advisor';

ANALYZE;
