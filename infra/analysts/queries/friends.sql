-- How many become friends, and how often do friends answer when they are rung?
SELECT
  day,
  count_if(type = 'friend.requested') AS requested,
  count_if(type = 'friend.accepted') AS accepted,
  count_if(type = 'call.ringing') AS rings,
  count_if(type = 'call.answered') AS answered,
  round(100e0 * count_if(type = 'call.answered') / nullif(count_if(type = 'call.ringing'), 0), 1) AS answered_percent,
  round(approx_percentile(CASE WHEN type = 'call.answered' THEN data.waitedms END, 0.5) / 1000e0, 1) AS p50_seconds_to_answer
FROM recent
WHERE type IN ('friend.requested', 'friend.accepted', 'call.ringing', 'call.answered')
GROUP BY day
ORDER BY day
