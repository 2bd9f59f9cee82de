-- How often is somebody reported, for what, what is decided, and how long does that take?
SELECT
  data.reason AS reason,
  count_if(type = 'report.submitted') AS reports,
  round(1000e0 * count_if(type = 'report.submitted') / nullif((SELECT count(*) FROM calls), 0), 1) AS per_1000_calls,
  count_if(data.decision = 'rejected') AS dismissed,
  count_if(data.action = 'warn') AS warned,
  count_if(data.action = 'suspend') AS suspended,
  count_if(data.action = 'ban') AS banned,
  round(approx_percentile(CASE WHEN type = 'report.decided' THEN data.waitedms END, 0.5) / 3600000e0, 1) AS p50_hours_to_decide
FROM recent
WHERE type IN ('report.submitted', 'report.decided')
GROUP BY 1
ORDER BY reports DESC, reason
