import type { FaultDescription } from './station-fault.ts';

/** Faults of the area packages: applet packages, where they come from, and bringing them onto a card. */
export const packageFaults = {
  'CAP-ARCHIVE': {
    retry: 'never',
    text: 'The file is not a CAP file ({reason}).',
    next: 'Make sure that the right file was chosen, and ask the provider for it once more.',
  },
  'CAP-MISSING': {
    retry: 'never',
    text: 'The CAP file lacks its component {component}.',
    next: 'It was damaged or made wrongly. Ask the provider for it once more.',
  },
  'CAP-DIRECTORY': {
    retry: 'never',
    text: 'The directory of the CAP file says {stated} bytes for its component {component}, and {found} are there.',
    next: 'It was damaged or made wrongly. Ask the provider for it once more.',
  },
  'CAP-COMPONENT': {
    retry: 'never',
    text: 'The component {component} of the CAP file is not as it must be: {reason}.',
    next: 'It was damaged or made wrongly. Ask the provider for it once more.',
  },
  'CAP-VERSION': {
    retry: 'never',
    text: 'The CAP file has the format {version}, and formats 2.1 and 2.2 can be read.',
    next: 'Ask the provider for a file converted for Java Card 3.0.5 or earlier.',
  },
} as const satisfies Record<string, FaultDescription>;
