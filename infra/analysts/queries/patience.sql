-- How long do people wait before they give up, and how many are matched in the same time?
SELECT
  from_seconds,
  count_if(how = 'matched') AS matched,
  count_if(how = 'left') AS gave_up,
  round(100e0 * count_if(how = 'left') / count(*), 1) AS gave_up_percent
FROM (
  SELECT how, CASE WHEN wait_ms < 1000 THEN 0 WHEN wait_ms < 5000 THEN 1 WHEN wait_ms < 15000 THEN 5 WHEN wait_ms < 60000 THEN 15
    ELSE 60 END AS from_seconds
  FROM (
    SELECT 'left' AS how, data.waitedms AS wait_ms FROM recent WHERE type = 'queue.left'
    UNION ALL
    SELECT 'matched' AS how, side.wait_ms AS wait_ms
    FROM recent CROSS JOIN UNNEST(recent.data.waitsms) AS side (wait_ms)
    WHERE recent.type = 'match.made' AND side.wait_ms > 0
  ) AS waits
) AS waited
GROUP BY from_seconds
ORDER BY from_seconds
