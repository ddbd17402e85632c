// Epik, Apache-2.0

/** All optional. As data-* attributes of the script's tag they have the same names: `data-consent="required"`. */
export interface EpikSettings {
  /**
   * `required`: nothing is kept before `grant()`, here or on an earlier page. Otherwise a click id is kept unless there is a
   * denial: `revoke()`, the browser's Global Privacy Control, or the cookie of OneTrust (C0004) or Cookiebot (marketing).
   */
  consent?: 'required' | string;

  /** `ignore`: Global Privacy Control is no denial. */
  gpc?: 'ignore' | string;

  /**
   * The cookie's domain: by default the host without `www.`, as Pinterest's tag has it; a domain that covers the host; or `host`.
   * The filter's setting `cookie-domain` must be the same, or a visitor has two cookies.
   */
  domain?: string;

  /**
   * Where the filter answers, such as `/_epik`, on this very origin; none by default. The filter then sets the cookie again: in Safari
   * a server's lives longer than a script's.
   */
  beacon?: string;

  /** How long the cookie lives; 365 by default, and browsers cut what is over 400. */
  days?: number | string;
}

/** Nothing of it throws. */
export interface Epik {
  /** The click id that is kept, with consent; else undefined. */
  clickId(): string | undefined;

  /** The visitor said yes: kept in the cookie `_epik_consent` for 180 days, and what waited is captured. */
  grant(): void;

  /** The visitor said no: kept in the same cookie, and `_epik` is erased. */
  revoke(): void;

  /** A fresh random id, to be given to Pinterest's tag and to the server for the same event, so that it counts once. */
  eventId(): string;
}

/** Begins to listen. Once per page. */
export default function epik(settings?: EpikSettings): Epik;
export { epik };

declare global {
  interface Window {
    /** Set by `epik.min.js`, not by the module. */
    epik: Epik;
  }
}
