-- How large do rooms become, how many come into them, and how long do they stay?
SELECT
  largest,
  count(*) AS rooms,
  sum(joined) AS joined,
  round(sum(stayed_ms) / nullif(sum(gone), 0) / 60000e0, 1) AS mean_stay_minutes,
  round(approx_percentile(open_ms, 0.5) / 60000e0, 1) AS p50_open_minutes,
  sum(lost) AS lost
FROM (
  SELECT
    data.room AS room,
    max(CASE WHEN type = 'room.joined' THEN data.people END) AS largest,
    count_if(type = 'room.joined') AS joined,
    count_if(type = 'room.left') AS gone,
    count_if(data.reason = 'lost') AS lost,
    CAST(coalesce(sum(data.stayedms), 0) AS double) AS stayed_ms,
    max("at") - min("at") AS open_ms
  FROM recent
  WHERE type IN ('room.joined', 'room.left')
  GROUP BY data.room
) AS each_room
WHERE largest IS NOT NULL
GROUP BY largest
ORDER BY largest
