/** How loud a voice must be to fill the meter, as root mean square of the samples. */
const FULL = 0.25;

/**
 * Tells, once a frame, how loud a microphone is, from 0 to 1. The answer stops it. A browser that gives no audio
 * context before the first press simply shows nothing until then.
 */
export function watchLevel(track: MediaStreamTrack, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const look = (): void => {
    analyser.getFloatTimeDomainData(samples);
    const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    show(Math.min(1, Math.sqrt(square) / FULL));
    frame = requestAnimationFrame(look);
  };
  const wake = (): void => void context.resume().catch(() => undefined);
  addEventListener('pointerdown', wake);
  addEventListener('keydown', wake);
  wake();
  look();
  return () => {
    cancelAnimationFrame(frame);
    removeEventListener('pointerdown', wake);
    removeEventListener('keydown', wake);
    void context.close().catch(() => undefined);
  };
}
