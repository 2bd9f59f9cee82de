import { useEffect, useRef } from 'react';

export interface VideoProps {
  readonly label: string;
  readonly stream: MediaStream | undefined;
  /** One's own picture is a mirror and makes no sound. */
  readonly own?: boolean;
  readonly className?: string;
  readonly onBlocked?: () => void;
  /** The first picture is there. */
  readonly onPlaying?: () => void;
}

export function Video({ label, stream, own = false, className = '', onBlocked, onPlaying }: VideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null || stream === undefined) return;
    element.srcObject = stream;
    // A page that was reloaded may not make sound before the first press.
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked?.();
    });
    // Chromium lends a camera's pictures four at a time. An element that is gone keeps its last one until it lets go of
    // the stream; without a GPU for two seconds more, in which nobody gets another.
    return () => {
      element.srcObject = null;
    };
  }, [stream, onBlocked]);
  return (
    // eslint-disable-next-line jsx-a11y/media-has-caption -- a live conversation has no captions to offer
    <video ref={video} aria-label={label} className={`${own ? 'mirror ' : ''}${className}`} muted={own} onPlaying={onPlaying} autoPlay playsInline disablePictureInPicture={own} />
  );
}
