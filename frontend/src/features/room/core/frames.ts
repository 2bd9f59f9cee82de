/** Ids of the frames whose answer matters here. */
export const JOIN_ID = 'room-join';
export const HAND_ID = 'room-hand';
export const SCREEN_ID = 'room-screen';
export const ADMIN_ID = 'room-admin';
