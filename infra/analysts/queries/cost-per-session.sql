-- What does a call cost, in dollars for a thousand of them? Units as measured by the bench, prices of us-east-1.
WITH prices AS (
  SELECT
    0.20e-6 + 0.25e0 * 0.012e0 * 13.3334e-6 + 0.05e0 * 5.00e-6 AS invocation, -- a request, 12 ms of 256 MB, one trace in twenty
    1.00e-6 AS message, -- on a socket
    0.25e-6 AS socket_minute,
    0.625e-6 AS write_unit,
    0.125e-6 AS read_unit,
    0.40e-6 AS queue_request,
    2.25e-6 AS kvs_message,
    0.03e0 * 2.5e0 / 2592000e0 AS channel_second, -- of a month; the pool is as large as the busiest hour wants
    120.00e-6 AS turn_minute, -- of one side; what TURN sends costs as traffic besides, which no event knows
    0.014e-6 + 5e-6 * 0.047e0 + 2e-7 * 0.020e0 AS event -- a PUT, 5 KB converted, 200 bytes partitioned
),
units AS (
  SELECT
    calls.day,
    13 + calls.lines + signals.relayed AS invocations,
    21 + 2 * calls.lines + 3 * signals.relayed AS messages, -- there, on, and acknowledged
    35 + calls.lines + signals.relayed AS write_units,
    17 + calls.lines + signals.relayed AS read_units,
    CASE WHEN calls.transport = 'kvs' THEN 20 ELSE 0 END AS kvs_messages,
    CASE WHEN calls.transport = 'kvs' THEN calls.duration_ms / 1000e0 + 600 ELSE 0 END AS channel_seconds, -- and its rest
    calls.duration_ms / 60000e0 AS minutes,
    coalesce(turned.pages, 0) AS turned
  FROM calls
  CROSS JOIN UNNEST(ARRAY[CASE WHEN calls.transport = 'relay' OR calls.fell_back THEN 30 ELSE 0 END]) AS signals (relayed)
  LEFT JOIN (SELECT session_id, count(*) AS pages FROM sides WHERE path = 'relay' GROUP BY session_id) AS turned
    ON turned.session_id = calls.session_id
  WHERE calls.duration_ms IS NOT NULL
)
SELECT
  units.day,
  count(*) AS calls,
  round(1000e0 * avg(invocations * invocation), 4) AS functions,
  round(1000e0 * 7 * max(queue_request), 4) AS timers,
  round(1000e0 * avg(messages * message + 2e0 * minutes * socket_minute), 4) AS sockets,
  round(1000e0 * avg(write_units * write_unit + read_units * read_unit), 4) AS tables,
  round(1000e0 * avg(kvs_messages * kvs_message + channel_seconds * channel_second), 4) AS signaling,
  round(1000e0 * avg(turned * minutes * turn_minute), 4) AS turn,
  round(1000e0 * max(told.events) * max(event) / count(*), 4) AS events,
  round(1000e0 * (avg(invocations * invocation + 7 * queue_request + messages * message + 2e0 * minutes * socket_minute
    + write_units * write_unit + read_units * read_unit + kvs_messages * kvs_message + channel_seconds * channel_second
    + turned * minutes * turn_minute)
    + max(told.events) * max(event) / count(*)), 4) AS total
FROM units
CROSS JOIN prices
JOIN (SELECT day, count(*) AS events FROM recent GROUP BY day) AS told ON told.day = units.day
GROUP BY units.day
ORDER BY units.day
