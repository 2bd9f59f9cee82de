-- Of the devices that come for the first time on a day, how many are back 1, 7 and 30 days later?
SELECT
  first_day,
  sum(CASE WHEN days = 0 THEN devices END) AS new_devices,
  sum(CASE WHEN days = 1 THEN devices END) AS back_after_1,
  sum(CASE WHEN days = 7 THEN devices END) AS back_after_7,
  sum(CASE WHEN days = 30 THEN devices END) AS back_after_30,
  round(100e0 * sum(CASE WHEN days = 1 THEN devices END) / nullif(sum(CASE WHEN days = 0 THEN devices END), 0), 1) AS percent_after_1,
  round(100e0 * sum(CASE WHEN days = 7 THEN devices END) / nullif(sum(CASE WHEN days = 0 THEN devices END), 0), 1) AS percent_after_7,
  round(100e0 * sum(CASE WHEN days = 30 THEN devices END) / nullif(sum(CASE WHEN days = 0 THEN devices END), 0), 1) AS percent_after_30
FROM (
  SELECT date_format(date_add('day', -data.days, CAST(day AS date)), '%Y-%m-%d') AS first_day, data.days AS days, count(DISTINCT id) AS devices
  FROM events -- the view `recent` begins when those who are back after 30 days came first
  WHERE type = 'device.seen' AND day >= date_format(date_add('day', -61, current_date), '%Y-%m-%d')
  GROUP BY 1, 2
) AS seen
GROUP BY first_day
HAVING sum(CASE WHEN days = 0 THEN devices END) > 0
ORDER BY first_day
