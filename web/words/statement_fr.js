/** The accessibility statement, in French, in the order that article 47 of law 2005-102 asks for. */

export default {
  title: 'Déclaration d’accessibilité',
  parts: [
    ['', ['Cette déclaration s’applique à l’application Quotidien, à l’adresse /app/ de ce service. La collectivité qui l’ouvre à ses agents la reprend à son nom, comme le demande l’article 47 de la loi n° 2005-102 du 11 février 2005.']],
    ['État de conformité', ['L’application est en conformité partielle avec le référentiel général d’amélioration de l’accessibilité (RGAA 4.1.2) : elle a été conçue pour s’y conformer, et n’a pas été auditée par une personne.']],
    ['Ce qui a été vérifié', [
      'axe-core 4.14 sur chaque page et dans chacun de ses états (vide, rempli, en faute, sans réseau, refusé, à choisir, dialogue ouvert), en français et en anglais, toutes ses règles à 1280 pixels de large en thème clair (pour les pages du terrain, à 320 en français et à 1280 en anglais) et, en thème sombre, à 360 et 320 pixels et en couleurs imposées, celles que cela peut changer : aucune non-conformité relevée.',
      'Chaque commande de ces pages atteinte au clavier seul dans les deux langues, avec une prise de focus visible ; une journée entière saisie ainsi.',
      'Aucun défilement horizontal à 320 pixels, ni avec le texte à 200 % sur un écran d’au moins 640 pixels, ni en couleurs imposées ; aucun mouvement quand les animations sont réduites.',
      'Cibles d’au moins 44 pixels sur un écran de 360 × 640, de 24 pixels pour les liens dans un texte ; contrastes d’au moins 4,5.',
      'Ces vérifications sont des programmes, joués dans Chromium à chaque modification ; aucune n’est le jugement d’une personne.',
    ]],
    ['Ce qui ne l’a pas été', [
      'La restitution par un lecteur d’écran (NVDA, VoiceOver, TalkBack) n’a pas été éprouvée.',
      'Les documents PDF produits par le service sont balisés (PDF/UA-1) ; leur lecture par ces logiciels n’a pas été éprouvée non plus.',
      'Aucun autre navigateur que Chromium n’a été essayé.',
    ]],
    ['Établissement', ['Établie le 28 novembre 2026. Technologies : HTML, CSS, JavaScript, SVG. Environnement : Chromium 156 sur Linux.']],
    ['Retour d’information et contact', ['Si un contenu ou un geste vous résiste, écrivez à la coordination de votre organisation : elle vous doit une solution ou une autre voie.']],
    ['Voies de recours', ['Si vous n’obtenez pas de réponse, vous pouvez saisir le Défenseur des droits : par son formulaire en ligne, auprès de son délégué dans votre département, ou par courrier gratuit à Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.']],
  ],
};
