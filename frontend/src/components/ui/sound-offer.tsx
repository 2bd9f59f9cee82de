import { Button } from './button';
import { SpeakerIcon } from './icons';

/** Where a browser plays no sound before somebody has pressed something. */
export function SoundOffer({ onPress }: { readonly onPress: () => void }) {
  return (
    <div className="stage-sound">
      <Button onPress={onPress}>
        <SpeakerIcon />
        Turn on sound
      </Button>
    </div>
  );
}
