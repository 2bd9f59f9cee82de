-- What is refused because there was too much of it, and what fails by our fault?
SELECT
  data.what AS what,
  coalesce(data.scope, '') AS counted_by,
  coalesce(data.code, '') AS code,
  count(*) AS events,
  count(DISTINCT day) AS days
FROM recent
WHERE type IN ('limit.hit', 'request.failed')
GROUP BY 1, 2, 3
ORDER BY events DESC, what, counted_by, code
LIMIT 50
