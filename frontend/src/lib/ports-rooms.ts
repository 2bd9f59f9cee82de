import type { CreateRoomAnswer, CreateRoomRequest, RoomAnswer } from '@/protocol/messages';

/** Rooms: a few people at one link. Every refusal is an `ApiError`. */
export interface RoomsApi {
  readonly createRoom: (accessToken: string, wish: CreateRoomRequest) => Promise<CreateRoomAnswer>;
  /** What whoever has the link sees before they knock. */
  readonly room: (roomId: string) => Promise<RoomAnswer>;
}
