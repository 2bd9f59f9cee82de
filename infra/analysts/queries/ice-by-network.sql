-- How do pages reach each other, how many do not, and how long does it take?
SELECT
  CASE outcome WHEN 'connected' THEN coalesce(path, 'unknown') ELSE outcome END AS network,
  count(*) AS pages,
  round(100e0 * count(*) / sum(count(*)) OVER (), 1) AS percent,
  round(100e0 * count_if(outcome = 'connected') / nullif(sum(count_if(outcome <> 'silent')) OVER (), 0), 1) AS percent_of_who_said,
  round(approx_percentile(connection_ms, 0.5), 0) AS p50_ms,
  round(approx_percentile(connection_ms, 0.95), 0) AS p95_ms
FROM sides
GROUP BY 1
ORDER BY pages DESC, network
