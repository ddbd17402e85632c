// Epik, Apache-2.0

/**
 * All settings are optional. As data-* attributes of the script's tag they have the same names:
 * `data-consent="required"`. The tag is found by its `src`, which must contain `epik.min`. Without a tag, as in a
 * bundle, there are no settings.
 */
export interface EpikSettings {
  /**
   * `required`: nothing is kept before `grant()`, on this page or an earlier one. This is the default if there are no
   * settings at all. Otherwise a click id is kept unless there is a denial: `revoke()`, the browser's Global Privacy
   * Control, or `usprivacy`. If a consent platform's cookie is in sight, nothing is kept before `grant()`;
   * `epik.consent.js` reads that cookie and calls it.
   */
  consent?: 'required' | 'opt-out' | string;

  /** `ignore`: Global Privacy Control is no denial. */
  gpc?: 'ignore' | string;

  /**
   * The cookie's domain: by default the host without `www.`, as Pinterest's tag has it; a domain that covers the host;
   * or `host`. The filter's setting `cookie-domain` must be the same, or a visitor has two cookies. If the browser
   * refuses the domain, the cookie is for the host alone.
   */
  domain?: string;

  /**
   * The path at which the filter answers, such as `/_epik`; none by default. It starts with `/` and is always on the
   * page's own origin. The filter then sets the cookie again: in Safari a server's cookie lives longer than a script's.
   */
  beacon?: string;

  /** How many days the cookie lives: 365 by default, and browsers shorten lifetimes over 400. */
  days?: number | string;
}

/** The data of a page event; undefined and null are left out. */
export interface EpikEventData {
  /** An amount in major units, with a point. */
  value?: number | string;
  /** Three capitals, as in ISO 4217. */
  currency?: string;
  /** The id of a product, or at most 10 of them. */
  item?: string | string[];
  category?: string;
  /** The text of a search. The server drops it by default. */
  search?: string;
}

/** No method throws, and without a browser (server-side rendering) the first three do nothing. */
export interface Epik {
  /** Captures a click id that waits for consent. Returns the click id that is stored with consent, or undefined. */
  clickId(): string | undefined;

  /**
   * Stores the visitor's yes in the cookie `_epik_consent` for 180 days and captures the click id of this page. It
   * replaces an earlier answer, also that of a parent domain, and is written for the widest domain that had one.
   */
  grant(): void;

  /**
   * Stores the visitor's no in the same way, and erases `_epik` for the host and all its parent domains, and what
   * Pinterest's tag derived from it.
   */
  revoke(): void;

  /** Returns a new random id. Give it to Pinterest's tag and to the server for the same event: it is counted once. */
  eventId(): string;
}

/** Starts to listen. Call it once per page. Without an argument consent is required; on a server it does nothing. */
export default function epik(settings?: EpikSettings): Epik;
export { epik };

declare global {
  interface Window {
    /** Set by `epik.min.js`, not by the module. A second load of `epik.min.js` changes nothing. */
    epik: Epik;

    /**
     * Set by `epik.events.js`. Sends a page event to the beacon, if there is consent, and returns its event id for
     * Pinterest's tag. Never throws.
     */
    epikEvent(name: 'page_visit' | 'view_category' | 'search' | 'add_to_cart', data?: EpikEventData): string;
  }
}
