/** The accessibility statement, in English. */

/** @type {typeof import('./statement_fr.js').default} */
export default {
  title: 'Accessibility statement',
  parts: [
    ['', ['This statement is about the application Quotidien, at the address /app/ of this service. The authority that opens it to its staff makes it its own, as article 47 of the French law 2005-102 of 11 February 2005 asks.']],
    ['Compliance', ['The application complies partially with the French reference for accessibility (RGAA 4.1.2): it was made to comply, and no person has audited it.']],
    ['What was checked', [
      'axe-core 4.14 on each page and in each of its states (empty, filled, with faults, without a network, refused, to be chosen, with a dialog open), in French and in English, all of its rules at a width of 1280 pixels in the light theme (for the pages of the field at 320 in French and at 1280 in English) and, in the dark theme, at 360 and 320 pixels and with forced colours, those which that can change: no violation found.',
      'Each control of these pages reached by keyboard alone in both languages, with a focus that is seen; a whole day entered that way.',
      'No sideways scrolling at 320 pixels, nor with text at 200% on a screen of 640 pixels or more, nor with forced colours; no movement where motion is reduced.',
      'Targets of 44 pixels at least on a screen of 360 × 640, of 24 pixels for links in a text; contrasts of 4.5 at least.',
      'These checks are programs, run in Chromium with each change; none is the judgement of a person.',
    ]],
    ['What was not', [
      'How screen readers (NVDA, VoiceOver, TalkBack) say it was not tried.',
      'The PDF documents that the service makes are tagged (PDF/UA-1); how these programs say them was not tried either.',
      'No browser but Chromium was tried.',
    ]],
    ['Establishment', ['Established on 28 November 2026. Technologies: HTML, CSS, JavaScript, SVG. Environment: Chromium 156 on Linux.']],
    ['Feedback and contact', ['If something resists you, write to the coordination of your organisation: it owes you a solution or another way.']],
    ['Enforcement', ['If you get no answer you can turn to the French Défenseur des droits: by its form on the Internet, to its delegate in your department, or by letter, free of charge, to Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.']],
  ],
};
