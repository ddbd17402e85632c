/*
 * Draws /inspector/state.json every second. Visitors' input is only set as textContent, never as markup; the delivery
 * section is the server's own markup.
 */
(function () {
  'use strict';
  var open = location.hash.slice(1);
  var search = document.getElementById('search');
  var sales = document.getElementById('sales');
  var list = document.getElementById('list');
  var state = { events: [], coverage: [] };
  var drawn = '';

  var ICONS = {
    click: 'M10 4v14l4-4 3 7 3-1-3-7h6z',
    cookie: 'M27 17a11 11 0 1 1-11-11c0 3 2 5 5 5 0 3 3 6 6 6zM13 14h.1M14 21h.1M20 20h.1',
    order: 'M7 9h20l-2 12H10zM7 9L6 5H3M12 26h.1M23 26h.1',
    event: 'M4 16h18M15 8l8 8-8 8M28 5v22'
  };
  var NAMES = { checkout: 'Sale', add_to_cart: 'Add to basket', page_visit: 'Page visit' };

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    [].concat(children === undefined ? [] : children).forEach(function (child) { element.append(child); });
    return element;
  }

  function icon(path) {
    var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 32 32');
    var line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', path);
    svg.append(line);
    return svg;
  }

  function short(id) { return id.length > 22 ? id.slice(0, 12) + '…' + id.slice(-6) : id; }

  function age(seconds) {
    return seconds < 60 ? seconds + ' s' : seconds < 3600 ? Math.floor(seconds / 60) + ' min' : Math.floor(seconds / 3600) + ' h';
  }

  function pairing(event) {
    if (event.counted === undefined) { return 'tag hits are unknown in this mode'; }
    var received = event.serverEvents + event.tagHits;
    return received === 0 ? 'nothing received' : received + ' received, ' + event.counted + ' counted';
  }

  function key(event) { return event.name + ' ' + event.id; }

  function shown() {
    var text = search.value.trim().toLowerCase();
    return state.events.filter(function (event) {
      return event.id.toLowerCase().indexOf(text) >= 0 && (!sales.checked || event.name === 'checkout');
    });
  }

  function chosen(events) {
    return events.find(function (event) { return event.id === open || key(event) === open; })
      || events.find(function (event) { return event.name === 'checkout'; }) || events[0];
  }

  function step(title, path, level, what, why) {
    return make('div', { 'class': 'step ' + level }, [icon(path), make('h3', {}, title), make('strong', {}, what), make('p', {}, why)]);
  }

  function arrow(whole) { return make('div', { 'class': 'arrow' + (whole ? '' : ' cut'), 'aria-hidden': 'true' }, whole ? '→' : '✕'); }

  function journey(event) {
    var box = document.getElementById('journey');
    if (!event) {
      box.replaceChildren(
        step('Click', ICONS.click, 'off', 'No click yet', 'The ad link has ?epik=…'), arrow(true),
        step('Cookie', ICONS.cookie, 'off', '_epik', 'The filter stores it'), arrow(true),
        step('Order', ICONS.order, 'off', 'No order yet', 'The shop submits it'), arrow(true),
        step('Event', ICONS.event, 'off', 'No event yet', 'Pinterest counts it once'));
      return;
    }
    var consented = event.consent === 'granted';
    // an event that only the tag has reported so far does not count as sent
    var unsent = event.status.level === 'wait' || event.status.level === 'bad';
    var sent = !unsent && (event.counted > 0 || (event.counted === undefined && event.status.level !== 'off'));
    box.replaceChildren(
      step('Click', ICONS.click, event.clickId ? 'good' : consented ? 'warn' : 'off',
        event.clickId ? short(event.clickId) : consented ? 'No click id' : 'Not read',
        event.clickId ? event.clickId.length + ' characters, unchanged' : event.clickIdFrom),
      arrow(event.clickId),
      step('Cookie', ICONS.cookie, !consented ? 'bad' : event.clickId ? 'good' : 'warn',
        !consented ? (event.consent === 'denied' ? 'Consent denied' : 'No consent yet') : event.clickId ? '_epik' : 'No _epik',
        consented && event.clickId ? event.clickIdFrom : event.consentReason),
      arrow(consented),
      step('Order', ICONS.order, 'good', event.name === 'checkout' ? event.id : NAMES[event.name] || event.name, age(event.age) + ' ago'),
      arrow(consented && event.status.level !== 'bad'),
      step('Event', ICONS.event, event.status.level, sent ? pairing(event) : event.status.title, sent ? 'counts as ' + (event.countsAs || 'web') : event.status.cure));
  }

  function term(list, name, value) { list.append(make('dt', {}, name), make('dd', {}, value)); }

  function details(event) {
    var terms = make('dl');
    term(terms, 'Status', event.status.title + (event.status.cure ? '. ' + event.status.cure : ''));
    term(terms, 'Click id', event.clickId ? event.clickId + ' (' + event.clickIdFrom + ')' : event.clickIdFrom);
    term(terms, 'Consent', event.consent + ': ' + event.consentReason);
    term(terms, 'Time', age(event.age) + ' ago' + (event.countsAs ? ', counts as ' + event.countsAs : ''));
    if (event.counted !== undefined) {
      term(terms, 'Tag and server', pairing(event) + ' (server ' + event.serverEvents + ', tag ' + event.tagHits + ')');
    }
    var box = make('div', { 'class': 'open' }, terms);
    if (event.matchKeys) {
      term(terms, 'Match keys', make('ul', { 'class': 'keys' }, event.matchKeys.map(function (label) { return make('li', {}, label); })));
      box.append(make('pre', { tabindex: '0' }, JSON.stringify(event.json, null, 2)));
    }
    return box;
  }

  function row(event, isOpen) {
    var button = make('button', { 'class': 'row', 'aria-expanded': String(isOpen) }, [
      make('span', { 'class': 'dot ' + event.status.level }),
      make('span', { 'class': 'id' }, [make('b', {}, NAMES[event.name] || event.name), document.createElement('br'), age(event.age) + ' ago']),
      make('span', { 'class': 'what' }, [make('b', {}, event.status.title), make('span', {}, short(event.id) + (event.earlier ? ' · from an earlier run' : ''))]),
      make('span', { 'class': 'pair' + (event.counted === 1 ? ' one' : '') }, pairing(event))]);
    button.addEventListener('click', function () {
      open = isOpen ? '' : key(event);
      draw(true);
    });
    return make('li', {}, isOpen ? [button, details(event)] : button);
  }

  /** Replaces only the parts of the server's markup that differ: a button must not be replaced while it is pressed. */
  function delivery(markup) {
    var fresh = new DOMParser().parseFromString(markup, 'text/html');
    ['switch', 'queue', 'pause', 'dead'].forEach(function (id) {
      var old = document.getElementById(id);
      var part = fresh.getElementById(id);
      if (!old || !part || old.outerHTML === part.outerHTML) { return; }
      var focused = old.contains(document.activeElement) ? document.activeElement.id : '';
      old.replaceWith(document.importNode(part, true));
      if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
    });
  }

  function coverage() {
    document.getElementById('coverage').replaceChildren.apply(document.getElementById('coverage'), state.coverage.map(function (share) {
      return make('div', { 'class': 'cov' }, [
        make('div', {}, [make('span', {}, share.label), make('span', {}, share.of ? Math.round(100 * share['with'] / share.of) + ' % (' + share['with'] + ' of ' + share.of + ')' : 'no event yet')]),
        make('progress', { max: String(share.of || 1), value: String(share['with']), 'aria-label': share.label })]);
    }));
  }

  function draw(force) {
    // ages change every second: redraw only if the displayed text changes
    var text = JSON.stringify(state, function (name, value) { return name === 'age' && value < 60 ? Math.floor(value / 5) : name === 'age' ? Math.floor(value / 60) : name === 'delivery' ? undefined : value; });
    if (!force && text === drawn) { return; }
    drawn = text;
    var events = shown();
    var focus = chosen(events);
    journey(focus);
    coverage();
    document.getElementById('empty').hidden = events.length > 0;
    var scroll = document.querySelector('pre') ? document.querySelector('pre').scrollTop : 0;
    list.replaceChildren.apply(list, events.slice(0, 100).map(function (event) { return row(event, open !== '' && event === focus && (event.id === open || key(event) === open)); }));
    if (document.querySelector('pre')) { document.querySelector('pre').scrollTop = scroll; }
  }

  function refresh() {
    return Promise.all([
      fetch('/inspector/state.json').then(function (response) { return response.json(); }),
      fetch('/inspector/delivery').then(function (response) { return response.text(); })
    ]).then(function (both) {
      state = both[0];
      document.getElementById('gone').hidden = true;
      draw(false);
      delivery(both[1]);
    }).catch(function () { document.getElementById('gone').hidden = false; });
  }

  function load() { refresh().finally(function () { setTimeout(load, 1000); }); }

  // without JavaScript the form does the same with a page reload
  document.getElementById('delivery').addEventListener('submit', function (event) {
    event.preventDefault();
    var body = new URLSearchParams(new FormData(event.target));
    if (event.submitter && event.submitter.name) { body.append(event.submitter.name, event.submitter.value); }
    fetch(event.target.action, { method: 'POST', body: body, redirect: 'manual' }).then(refresh, refresh);
  });

  search.addEventListener('input', function () { draw(true); });
  sales.addEventListener('change', function () { draw(true); });
  load();
})();
