import type { ReactNode } from 'react';

/** Drawn on a 24 px grid with one stroke weight; always beside words or a name, so never read out. */
function icon(...paths: readonly string[]): () => ReactNode {
  return function Icon() {
    return (
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
    );
  };
}

export const MicrophoneIcon = icon('M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z', 'M5.5 11a6.5 6.5 0 0 0 13 0', 'M12 17.5V21');
export const MicrophoneOffIcon = icon('M9 9v2a3 3 0 0 0 4.6 2.5', 'M15 10.500V6a3 3 0 0 0-5.8-1', 'M5.5 11a6.5 6.5 0 0 0 10.300 5.300', 'M18.500 11a6.500 6.500 0 0 1-.4 2.300', 'M12 17.500V21', 'M4 4l16 16');
export const CameraIcon = icon('M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Z', 'M15 11l6-3.500v9L15 13');
export const CameraOffIcon = icon('M3.500 7.200A1 1 0 0 0 3 8v8a1 1 0 0 0 1 1h9.500', 'M9 7h4a2 2 0 0 1 2 2v2l6-3.500v9l-3-1.750', 'M4 4l16 16');
export const NextIcon = icon('M5 5l9 7-9 7V5Z', 'M18 5v14');
export const HangUpIcon = icon('M3.500 14.500c-.8-1.300-.6-2.800.6-3.900C6.300 8.700 9 7.800 12 7.800s5.700.9 7.900 2.800c1.200 1.100 1.400 2.600.6 3.900l-.6.9c-.4.600-1.100.8-1.800.5l-2.600-1.100c-.6-.3-1-.9-.9-1.600l.1-1.100a9.600 9.600 0 0 0-5.400 0l.1 1.100c.1.700-.3 1.300-.9 1.600l-2.600 1.100c-.7.3-1.400.1-1.800-.5l-.700-.9Z');
export const ChatIcon = icon('M5 4.500h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-4.500 4v-4H5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z');
export const SendIcon = icon('M4 12 20 4.500 15 20l-3.500-6.500L4 12Z', 'M11.500 13.500 20 4.500');
export const SmileIcon = icon('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'M8.500 14a4.200 4.200 0 0 0 7 0', 'M9 9.500v.01', 'M15 9.500v.01');
export const CheckIcon = icon('M5 12.500l4.500 4.500L19 7.500');
export const PlusIcon = icon('M12 5v14', 'M5 12h14');
export const CloseIcon = icon('M6 6l12 12', 'M18 6 6 18');
export const ChevronIcon = icon('M6 9l6 6 6-6');
export const AlertIcon = icon('M12 3.500 21.500 20h-19L12 3.500Z', 'M12 10v4', 'M12 17v.01');
export const SpeakerIcon = icon('M4 9.500v5h3.500L12 18.500v-13L7.500 9.500H4Z', 'M15.500 9a4.200 4.200 0 0 1 0 6', 'M18 6.500a8 8 0 0 1 0 11');
export const BackIcon = icon('M19 12H5', 'M11 6l-6 6 6 6');
export const PersonIcon = icon('M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z', 'M4.500 20a7.500 7.500 0 0 1 15 0');
export const MailIcon = icon('M4.500 5.500h15a1.500 1.500 0 0 1 1.500 1.500v10a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 17V7a1.500 1.500 0 0 1 1.500-1.500Z', 'M3.500 7l8.500 6.500L20.500 7');
export const PeopleIcon = icon('M9 5a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7Z', 'M2.500 19.500a6.500 6.500 0 0 1 13 0', 'M16 5.300a3.500 3.500 0 0 1 0 6.400', 'M18 14a6.500 6.500 0 0 1 3.500 5.500');
export const PhoneIcon = icon('M6.500 3.500h2.600l1.700 4.300-2.200 1.700a13 13 0 0 0 5.900 5.900l1.700-2.200 4.300 1.700v2.600a3 3 0 0 1-3.300 3A17 17 0 0 1 3.500 6.800a3 3 0 0 1 3-3.300Z');
export const MissedIcon = icon('M20 5l-8 8-7-7', 'M5 11.500V6h5.500', 'M4 19h16');
export const BellIcon = icon('M6 10.500a6 6 0 0 1 12 0c0 4.500 1.500 6 2 6.500H4c.500-.500 2-2 2-6.500Z', 'M10 20a2.200 2.200 0 0 0 4 0');
export const BellOffIcon = icon('M8 6a6 6 0 0 1 10 4.500c0 2 .300 3.400.700 4.400', 'M6 10.500c0 4.500-1.500 6-2 6.500h13', 'M10 20a2.200 2.200 0 0 0 4 0', 'M4 4l16 16');
export const PersonPlusIcon = icon('M10 4.500a3.750 3.750 0 1 0 0 7.500 3.750 3.750 0 0 0 0-7.500Z', 'M3 20a7 7 0 0 1 14 0', 'M19 7v6', 'M16 10h6');
export const AgainIcon = icon('M4 12a8 8 0 0 1 13.700-5.600L20 8.500', 'M20 4v4.500h-4.500', 'M20 12a8 8 0 0 1-13.700 5.600L4 15.500', 'M4 20v-4.500h4.500');
export const BinIcon = icon('M4.500 7h15', 'M9.500 7V4.500h5V7', 'M6.500 7l.9 12.500h9.200L17.500 7', 'M10.500 11v5', 'M13.500 11v5');
export const SearchIcon = icon('M11 4.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13Z', 'M15.800 15.800 20.500 20.500');
export const FlagIcon = icon('M5.500 21V4', 'M5.500 4.500c4-2.500 7.500 2 13 0v9c-5.500 2-9-2.500-13 0');
export const BlockIcon = icon('M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17Z', 'M6 6l12 12');
export const ShieldIcon = icon('M12 3.500l7.500 2.500v5.500c0 4.500-3 7.500-7.500 9-4.500-1.500-7.500-4.500-7.500-9V6L12 3.500Z');
export const HandIcon = icon('M8 12V6.500a1.500 1.500 0 0 1 3 0V11', 'M11 10.500V4.500a1.500 1.500 0 0 1 3 0V11', 'M14 11V6.500a1.500 1.500 0 0 1 3 0V14a6.500 6.500 0 0 1-6.500 6.500c-3 0-4.300-1.300-5.600-3.700L3.600 14a1.400 1.400 0 0 1 2.400-1.400L8 15');
export const ScreenIcon = icon('M4.500 4.500h15a1.500 1.500 0 0 1 1.500 1.500v9a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 15V6a1.500 1.500 0 0 1 1.500-1.500Z', 'M8.500 20h7', 'M12 13.500v-6', 'M9.500 9.500 12 7l2.500 2.500');
export const LockIcon = icon('M6.500 11h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z', 'M8.500 11V8a3.500 3.500 0 0 1 7 0v3');
export const LinkIcon = icon('M10 14a4 4 0 0 0 5.700.300l3-3a4 4 0 0 0-5.700-5.700L11.500 7', 'M14 10a4 4 0 0 0-5.700-.300l-3 3a4 4 0 0 0 5.700 5.700L12.500 17');
export const CrownIcon = icon('M4 17.500 3 7.500l5 4 4-6 4 6 5-4-1 10H4Z');
