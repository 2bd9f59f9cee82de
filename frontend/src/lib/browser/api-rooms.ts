import { isRecord } from '@/lib/browser/drawer';
import { malformed, type Answer, type Ask } from '@/lib/browser/http';
import type { RoomsApi } from '@/lib/ports-rooms';
import type { CreateRoomAnswer, RoomAnswer } from '@/protocol/messages';

/** Making a room, and looking at one before its door. */
export function ofRooms(call: (what: Ask) => Promise<Answer>): RoomsApi {
  return {
    createRoom: async (accessToken, body) => {
      const { body: made } = await call({ method: 'POST', path: '/api/create-room', body, accessToken });
      if (!isMade(made)) throw malformed();
      return made;
    },
    room: async (roomId) => {
      const { body } = await call({ method: 'GET', path: `/api/room/${encodeURIComponent(roomId)}` });
      if (!isRoom(body)) throw malformed();
      return body;
    },
  };
}

function isMade(value: unknown): value is CreateRoomAnswer {
  return isRecord(value) && typeof value['roomId'] === 'string' && typeof value['url'] === 'string';
}

function isRoom(value: unknown): value is RoomAnswer {
  return (
    isRecord(value) &&
    typeof value['roomId'] === 'string' &&
    (value['name'] === undefined || typeof value['name'] === 'string') &&
    ['participants', 'capacity', 'expiresAt'].every((name) => typeof value[name] === 'number') &&
    ['passwordRequired', 'waitingRoom', 'locked'].every((name) => typeof value[name] === 'boolean')
  );
}
