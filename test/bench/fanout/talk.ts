/** What the parent and its listener or bare server say to each other. */
export type ToListener =
  { kind: 'connect'; url: string; count: number; subscription?: string } | { kind: 'record' } | { kind: 'report' };

/** One message that went to all, and when each got it. */
export interface Delivered {
  text: string;
  /** In ms of the epoch. */
  arrivals: Float64Array;
}

export type FromListener =
  | { kind: 'connected' }
  | { kind: 'recording' }
  | {
      kind: 'report';
      delivered: Delivered[];
      cpuSeconds: number;
      /** Sockets whose last message is not the newest. */
      behind: number;
      lost: string[];
    };

export type ToBareServer = { kind: 'send'; ratePerSecond: number; seconds: number; bytes: number };

export type FromBareServer =
  { kind: 'listening'; port: number } | { kind: 'sent'; messages: number; cpuSeconds: number };
