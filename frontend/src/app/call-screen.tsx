import { useEffect, useState } from 'react';

import type { Conductor } from './conductor';
import { CallSafety } from './partner-safety';

import { Button } from '@/components/ui/button';
import { Control, ToggleControl } from '@/components/ui/control';
import {
  CameraIcon,
  CameraOffIcon,
  ChatIcon,
  CloseIcon,
  HangUpIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
  NextIcon,
} from '@/components/ui/icons';
import { CallStage } from '@/features/call/call-stage';
import { ChatPanel } from '@/features/chat/chat-panel';
import { FloatingReactions, ReactionPicker } from '@/features/chat/reactions';
import { useChat } from '@/features/chat/use-chat';
import { AddPartner } from '@/features/friends/add-button';
import { SelfView } from '@/features/devices/self-view';
import { useDevices } from '@/features/devices/use-devices';
import { BOTH } from '@/features/rematch/core/words';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

/** As in call.css: from here on the chat stands beside the picture instead of over it. */
const WIDE = '(min-width: 56rem)';

export interface CallScreenProps {
  readonly conductor: Conductor;
  readonly clock: Clock;
  readonly online: boolean;
}

export function CallScreen({ conductor, clock, online }: CallScreenProps) {
  const call = useRunner(conductor.call);
  const { nickname } = useValue(conductor.preferences);
  const again = useRunner(conductor.rematch).phase === 'together';
  const { chat, devices, serverNow } = conductor;
  const words = call.phase === 'live' && call.mode === 'text';
  const [chatOpen, setChatOpen] = useState(words);
  const partner = call.phase === 'live' ? call.details.peer.nickname : '';
  useChatInView(conductor, chatOpen);
  return (
    <main tabIndex={-1} className={`call${chatOpen ? ' call-chat-open' : ''}${words ? ' call-words' : ''}`}>
      <CallStage
        call={conductor.call}
        clock={clock}
        serverNow={serverNow}
        online={online}
        told={again ? BOTH : undefined}
        self={words ? null : <SelfView devices={devices} name={nickname} />}
        safety={call.phase === 'live' && <CallSafety conductor={conductor} sessionId={call.details.sessionId} nickname={partner} />}
        overlay={<FloatingReactions chat={chat} clock={clock} />}
        controls={<Controls conductor={conductor} clock={clock} words={words} chatOpen={chatOpen} onChat={setChatOpen} />}
      />
      <aside className="chat" aria-label={`Chat with ${partner}`}>
        <div className="chat-head">
          <h2>Chat</h2>
          {call.phase === 'live' && call.details.kind === 'stranger' && (
            <AddPartner friends={conductor.friends} sessionId={call.details.sessionId} nickname={partner} />
          )}
          <Button look="quiet" onPress={() => setChatOpen(false)}>
            <CloseIcon />
            Close
          </Button>
        </div>
        <ChatPanel chat={chat} clock={clock} partner={partner} />
      </aside>
    </main>
  );
}

interface ControlsProps {
  readonly conductor: Conductor;
  readonly clock: Clock;
  readonly words: boolean;
  readonly chatOpen: boolean;
  readonly onChat: (open: boolean) => void;
}

function Controls({ conductor, clock, words, chatOpen, onChat }: ControlsProps) {
  const { state, mute, switchCamera } = useDevices(conductor.devices);
  const { unread } = useChat(conductor.chat, clock);
  const call = useRunner(conductor.call);
  const video = call.phase === 'live' && call.mode === 'video';
  const stranger = call.phase === 'live' && call.details.kind === 'stranger';
  return (
    <div className="controls" role="group" aria-label="Call controls">
      {!words && (
        <ToggleControl label="Mute" icon={state.muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />} pressed={state.muted} onChange={mute} />
      )}
      {video && (
        <ToggleControl
          label="Camera"
          icon={state.camera === 'on' ? <CameraIcon /> : <CameraOffIcon />}
          pressed={!state.cameraOff && state.camera !== 'off'}
          onChange={(on) => switchCamera(!on)}
          className="control-camera"
        />
      )}
      <ReactionPicker chat={conductor.chat} clock={clock} />
      {!words && <ToggleControl label="Chat" icon={<ChatIcon />} pressed={chatOpen} onChange={onChat} badge={unread} className="control-chat" />}
      {stranger && <NextControl conductor={conductor} clock={clock} />}
      <Control label="End call" icon={<HangUpIcon />} tone="end" onPress={conductor.end} />
    </div>
  );
}

/** A call is looked at for a moment before it is left for the next: the server says from when on. */
function NextControl({ conductor, clock }: { readonly conductor: Conductor; readonly clock: Clock }) {
  const call = useRunner(conductor.call);
  useNow(clock, 250);
  const early = call.phase === 'live' && conductor.serverNow() < call.details.nextAt;
  return <Control label="Next" icon={<NextIcon />} tone="next" disabled={early} onPress={conductor.next} />;
}

/** Lines count as unread only where the chat is folded away. */
function useChatInView({ chat }: Conductor, open: boolean): void {
  useEffect(() => {
    const wide = matchMedia(WIDE);
    const tell = (): void => chat.send({ type: 'viewed', inView: wide.matches || open });
    tell();
    wide.addEventListener('change', tell);
    return () => wide.removeEventListener('change', tell);
  }, [chat, open]);
}
