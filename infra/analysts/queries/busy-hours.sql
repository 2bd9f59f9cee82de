-- At which hours of the day (UTC) do people come, meet and talk?
SELECT
  CAST(floor("at" / 3600000e0) AS bigint) % 24 AS hour_utc,
  count_if(type = 'connection.opened') AS sockets,
  count_if(type = 'queue.joined' AND data.asked) AS waited,
  count_if(type = 'match.made') AS matches,
  count_if(type = 'session.started') AS calls
FROM recent
WHERE type IN ('connection.opened', 'queue.joined', 'match.made', 'session.started')
GROUP BY 1
ORDER BY 1
