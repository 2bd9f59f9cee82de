-- How long do people wait for somebody with whom they share a tag?
SELECT
  tag,
  count(*) AS people,
  round(approx_percentile(wait_ms, 0.5) / 1000e0, 1) AS p50_seconds,
  round(approx_percentile(wait_ms, 0.95) / 1000e0, 1) AS p95_seconds,
  round(approx_percentile(wait_ms, 0.99) / 1000e0, 1) AS p99_seconds
FROM (
  SELECT shared.tag, side.wait_ms
  FROM recent
  CROSS JOIN UNNEST(CASE WHEN cardinality(recent.data.commontags) = 0 THEN ARRAY['(none)'] ELSE recent.data.commontags END)
    AS shared (tag)
  CROSS JOIN UNNEST(recent.data.waitsms) AS side (wait_ms)
  WHERE recent.type = 'match.made' AND coalesce(recent.data.slotsat[1], recent.data.slotsat[2]) IS NOT NULL
) AS waits
GROUP BY tag
ORDER BY people DESC, tag
LIMIT 50
