-- The events of the last 30 days, each once: a delivery that is repeated carries the same id.
CREATE OR REPLACE VIEW recent AS
SELECT id, type, day, "at", trace, data
FROM (
  SELECT id, type, day, "at", trace, data, row_number() OVER (PARTITION BY type, id ORDER BY day, "at") AS nth
  FROM events
  WHERE day >= date_format(date_add('day', -30, current_date), '%Y-%m-%d')
) AS every_delivery
WHERE nth = 1
