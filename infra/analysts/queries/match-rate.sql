-- Of those who look for a partner, how many meet one, and how many at once?
SELECT
  day,
  count_if(stay = 'joined' AND asked) + count_if(stay = 'at once') AS asked,
  count_if(stay = 'matched') + count_if(stay = 'at once') AS matched,
  count_if(stay = 'at once') AS at_once,
  count_if(stay = 'left') AS gave_up,
  round(100e0 * (count_if(stay = 'matched') + count_if(stay = 'at once'))
    / nullif(count_if(stay IN ('matched', 'at once', 'left')), 0), 1) AS match_percent
FROM (
  SELECT day, CASE type WHEN 'queue.joined' THEN 'joined' ELSE 'left' END AS stay, data.asked AS asked
  FROM recent
  WHERE type IN ('queue.joined', 'queue.left')
  UNION ALL
  -- Two who meet again have not looked for each other: neither has a slot.
  SELECT recent.day, CASE WHEN side.slot IS NULL THEN 'at once' ELSE 'matched' END AS stay, CAST(NULL AS boolean) AS asked
  FROM recent CROSS JOIN UNNEST(recent.data.slotsat) AS side (slot)
  WHERE recent.type = 'match.made' AND coalesce(recent.data.slotsat[1], recent.data.slotsat[2]) IS NOT NULL
) AS stays
GROUP BY day
ORDER BY day
