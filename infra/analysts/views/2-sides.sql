-- Each side of each call, and what its page said first: connected, failed, or nothing. Nobody else's word counts.
CREATE OR REPLACE VIEW sides AS
SELECT made.session_id, made.voice, coalesce(said.outcome, 'silent') AS outcome, said.path, said.connection_ms, said.signaling_ms
FROM (
  SELECT recent.data.sessionid AS session_id, page.voice
  FROM recent CROSS JOIN UNNEST(recent.data.voices) AS page (voice)
  WHERE recent.type IN ('match.made', 'call.answered')
) AS made
LEFT JOIN (
  SELECT data.sessionid AS session_id, data.voice AS voice,
    CASE type WHEN 'session.connected' THEN 'connected' ELSE 'failed' END AS outcome,
    data.connectiontype AS path, data.connectiontimems AS connection_ms, data.signalingms AS signaling_ms,
    row_number() OVER (PARTITION BY data.sessionid, data.voice ORDER BY "at", id) AS nth
  FROM recent
  WHERE type IN ('session.connected', 'ice.failed')
) AS said ON said.session_id = made.session_id AND said.voice = made.voice AND said.nth = 1
