-- Each call that began: with whom, by what transport, how long, why it ended. One that goes on has no end yet.
CREATE OR REPLACE VIEW calls AS
SELECT
  data.sessionid AS session_id,
  max(CASE WHEN type = 'session.started' THEN day END) AS day,
  max(CASE WHEN type = 'session.started' THEN "at" END) AS started_at,
  CASE WHEN count_if(type = 'call.answered') > 0 THEN 'friends' ELSE 'strangers' END AS people,
  max(CASE WHEN type = 'session.started' THEN data.mode END) AS mode,
  max(data.transport) AS transport,
  count_if(type = 'signaling.fell_back') > 0 AS fell_back,
  count_if(type = 'message.sent') AS lines,
  count_if(type = 'report.submitted') AS reports,
  coalesce(max(data.extensions), 0) AS extensions,
  max(CASE WHEN type = 'session.ended' THEN data.reason END) AS reason,
  max(CASE WHEN type = 'session.ended' THEN data."by" END) AS ended_by,
  max(CASE WHEN type = 'session.ended' THEN data.durationms END) AS duration_ms
FROM recent
WHERE type IN ('call.answered', 'session.started', 'session.extended', 'session.ended', 'message.sent', 'signaling.fell_back',
  'report.submitted')
GROUP BY data.sessionid
HAVING count_if(type = 'session.started') > 0
