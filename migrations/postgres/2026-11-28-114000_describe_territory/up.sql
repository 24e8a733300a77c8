-- The communes for which the organisation works and the areas of which it speaks, as JSON.
ALTER TABLE organisations ADD COLUMN territory TEXT NOT NULL DEFAULT '{}';
