DROP TABLE planned_sessions;
DROP TABLE schedules;
