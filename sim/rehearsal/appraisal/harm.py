"""Phrases that spoil a reply: blame, mockery, glee, boasts, promises nobody can keep, sorrow only for how it was taken.

The PLAIN tables leave no doubt. The other phrases of blame and mockery stand in good replies too (`nobody else should
wait like that`), so they only count where nothing solid is done elsewhere in the reply.
"""

from __future__ import annotations

from sim.rehearsal.appraisal.wording import phrases

PLAIN_BLAME = phrases(
    r"(?:and |but )not (?:with|by|down to|due to) us",
    r"(?<!not )(?<!never )(?<!nothing was )your (?:own )?(?:responsibility|fault|mistake)",
    r"not (?:our|my) (?:fault|problem|responsibility|mistake)",
    r"(?:customer|guest|user|owner|passenger|parent|patient)'?s? ?(?:own )?(?:responsibility|fault|duty)",
    r"user error", r"you should have (?:read|checked|planned|known|told|bought|kept|ordered|asked|thought)\b.*",
    r"(?:accepts?|assumes?) no (?:liability|responsibility)\b.*", r"if only you\b.*",
    r"at (?:your|their|his|her) own (?:risk|expense|peril)",
    r"bears? (?:the|all|any|full) (?:\w+ )?(?:consequences?|costs?|risks?|blame)",
    r"you (?:obviously|evidently|clearly|apparently|simply|plainly) (?:did not|do not|have not|failed|forgot|misread|"
    r"missed)\b.*",
    r"(?:caused|done|explained) by (?:\w+ )?(?:customers?|guests?|users?|parents?|owners?|passengers?|people|you)\b.*",
)
CONCLUDES = phrases(
    r"(?:so|therefore|hence|which means) (?:that )?(?:somebody|someone|anybody|whoever|the \w+) (?:in|at|from|of|with) "
    r"your \w+ (?:must|will|probably|surely|may well)\b.*",
    r"(?:so|therefore|hence|which means|meaning)(?: that)? (?:it |this |that |the \w+ |you |somebody |someone )*"
    r"(?:must|has to|have to|can only) (?:be|have|come|lie)(?: \w+){0,4} (?:you|your|yours|wrong|home|end|side|"
    r"household|family)\b.*",
    r"(?:so|therefore|hence) you (?:must|probably|obviously|clearly|surely|evidently|simply|have to)\b(?: have| be| "
    r"are)? (?:doing|using|entering|typing|entered|typed|pressed|done|made|missed|misread|forgotten|lost|asked|did|"
    r"left|set)\b.*",
)
"""Lays it on the customer as a conclusion from what was done: `we fixed it, so you must be doing something wrong`."""
TAG = phrases(r"(?:did|does|is|was|are|were|has|do) not (?:he|she|it|they|we)")
"""Came back, didn't he?"""
PLAIN_MOCKERY = phrases(
    r"filed (?:it|them|this|that|your \w+) under (?!your|the|a|case|ref\w*|number|\d)\w+",
    r"(?<!not )lol", r"glad to hear (?:our|your|you)\b.*", r"drama",
    r"made by idiots", r"last (?:time )?(?:i|we) (?:checked|looked|heard)", r"lmao", r"rofl", r"haha\w*",
    r"boo ?hoo", r"aww+", r"boo", r"calm down", r"cry me", r"get over it",
    r"deal with it", r"your (?:highness|majesty|grace|excellency|lordship)", r"first world\w*", r"big deal",
    r"drama queen", r"whin(?:e|ing)\w*", r"stop (?:complaining|moaning|shouting)", r"nobody cares",
    r"shut up", r"(?:an?|such|another|ok|okay|typical) karen",
    r"(?:you|your|you are|such an?|these) (?:\w+ )?(?:stupid|idiot|liar|moron|pathetic|whiner)\w*",
    r"thoughts and prayers",
    r"you get what you pay\b.*", r"(?:not|isn't) rocket science", r"chin up", r"hair grows back",
)
BLAME = phrases(
    r"(?:lies|rests|was|is) (?:solely |entirely )?with (?:the|your|our) (?:courier|carrier|bank|seller|restaurant|"
    r"supplier|partner|manufacturer|airport|airline|landlord|school|insurer|promoter|venue|contractor)\b.*",
    r"(?:customers|guests|users|passengers|owners|tenants|residents|clients|patients|parents|members|children|"
    r"people|dogs|travellers|students|subscribers)(?: \w+){0,8}? (?:could|can not expect|forget|risk|usually|"
    r"should|must|need to|have to|have not been|really should|are expected|are advised|are required)\b.*",
    r"(?:when|because|if) (?:\w+ )?(?:customers|guests|users|passengers|people|parents|owners|residents|patients|"
    r"members|tenants|riders)\b.*",
    r"other (?:patients|customers|guests|passengers|users) (?:had|have|need|managed|are|were)\b.*",
    r"(?:did|have|were|are) you (?:perhaps|maybe|really|actually|even|by any chance)\b.*",
    r"(?:manual|terms|website|policy|rules?|instructions) (?:is|are|says?|states?) (?:\w+ )?(?:clear|clearly)\b.*",
    r"you (?:really |clearly )?ought to\b.*", r"you clearly\b.*",
    r"easily (?:be )?(?:faked|removed|avoided|prevented)", r"you entered into\b.*", r"binding",
    r"no (?:refund|compensation|claim) (?:is|can|will)\b.*", r"loses? their\b.*", r"forfeit\w*", r"without prejudice",
    r"(?:deny|reject) (?:any|the|your|all)\b.*", r"legal advice",
    r"(?:results?|stems?) from (?:\w+ )?(?:over\w+|mis\w+|improper|incorrect|wrong)\b.*", r"misuse\b.*",
    r"(?:extremely|very|exceedingly) rare\b.*", r"it is advisable\b.*", r"every(?:one|body) else\b.*",
    r"(?:maybe|perhaps|probably|possibly|surely|presumably|apparently|might|may well|"
    r"must have(?! been))\b(?: \w+){0,6} you(?!(?: \w+)? (?:can|could|would|tell|like|prefer|want|send|"
    r"have already|need|"
    r"will|get|deserve)\b)\b.*",
    r"(?:before|instead of) (?:making|posting|accusing|blaming|complaining)\b.*",
    r"(?:all|every) (?:the )?other (?:\w+ )?(?:managed|are happy|were happy|had no|have no|were fine)\b.*",
    r"you (?:accepted|agreed|signed|confirmed|consented|approved)\b.*", r"have been ignored",
    r"voids? (?:any|the|your)", r"have not been (?:trained|maintained|looked after|handled)\b.*",
    r"you seem (?:unable|to have|not)\b.*",
    r"you (?:must|may) have (?:pulled|used|misread|missed|entered|pressed|dropped|left|chosen|overlooked)\b.*",
    r"right of way", r"(?:can not|should not) expect\b.*", r"personal perception",
    r"because you (?:did|had|entered|clicked|left)\b.*",
    r"you should (?:have (?!heard|been|had|got|gotten|received|not)|always|check|read|plan|know|be more|contact|"
    r"take care)\w*\b.*",
    r"(?:we|i) (?:always |would |do |can only )*(?:gently )?(?:recommend|advise|remind|urge|"
    r"suggest)(?:ed)? (?:that )?(?:all |our )?(?:customers|guests|passengers|users|patients|members|families|"
    r"people|parents|owners|visitors|everyone)\b.*",
    r"(?:find|found) it (?:generally )?(?:prudent|wise|helpful|sensible)\b.*",
    r"(?:worth|best) (?:reflecting|considering|remembering)\b.*",
    r"(?:responsibly|responsibility) (?:of|to|includes|remains|lies)\b.*",
    r"failure to \w+\b.*",
    r"no (?:such )?(?:issue|problem|fault|complaint)s? (?:has|have|was|were) (?:been )?(?:reported|found|"
    r"identified|raised)\b.*",
    r"(?:brought in|introduced|caused) (?:with|by) (?:guests|customers|passengers|users|people)\b.*",
    r"most (?:often|likely) (?:the )?(?:result|due|caused|because)\b.*",
    r"had (?:you|he|she) (?:\w+ )?(?:got|been|had|given|let|taken)\b.*",
    r"(?:if|had) you (?:had |only )?(?:(?!need)\w+ed|read|told|come|chosen|bought|kept|left|planned|known|paid)\b.*",
    r"(?<!why )(?<!sorry )(?<!that )you (?:failed|forgot|neglected|ignored|chose|did not|must have|could have|"
    r"might want to)\b(?! (?:hear|get|deserve|receive|do anything|ask for)).*",
    r"(?:customer|guest|user|passenger|sender|owner|tenant|resident|client|patient|"
    r"parent)s?(?: \w+){0,3} (?:are responsible|are advised|were advised|should|must|need to|risk|"
    r"responsibility)\b.*",
    r"(?<!not )(?<!never )your (?:own )?(?:responsibility|fault|mistake|choice to)",
    r"(?:customer|guest|user|owner)'?s? ?(?:own )?(?:responsibility|fault)",
    r"not (?:our|my) (?:fault|problem|responsibility|mistake)", r"(?:is|are|we are) not (?:liable|responsible)\b.*",
    r"no other (?:guest|customer|passenger|user)s?\b.*", r"(?:nobody|no one) else\b.*",
    r"other (?:guests|customers|passengers|users) (?:have|had|do|did)(?: not|n.t)?\b.*",
    r"(?<!you can )(?<!you may )(?:reject|deny|dispute|defam)\w*\b.*", r"legal (?:action|steps)",
    r"available to you\b.*",
    r"(?:in|for the) future,? (?:please )?(?:avoid|check|make|read|try|plan|do not)\b.*", r"not by (?:us|this)\b.*",
    r"most (?:customers|people|users|guests|passengers)\b.*", r"our records (?:show|say|indicate)\b.*",
    r"(?:as|was|were) (?:clearly )?(?:stated|described|mentioned|explained|agreed|written|outlined|noted|set out|"
    r"specified)\b.*",
    r"(?:is|are) clearly (?:stated|described|marked|explained)\b.*", r"contract (?:states|says|clearly|terms)\b.*",
    r"are you sure\b.*", r"have you considered\b.*", r"a reasonable \w+ would\b.*",
    r"must be (?:\w+ )?(?:displayed|made|ordered|refrigerated|kept|submitted|packed)\b.*", r"should be (?:\w+ed)\b.*",
    r"only takes? a few", r"(?:and|but) you agreed\b.*", r"should (?:plan|know|read|check|expect)\b.*",
    r"insufficiently", r"exaggerated", r"no cause for concern", r"user error",
    r"next time (?:please )?(?:read|check|plan|try|remember)\b.*", r"could have been avoided",
    r"with (?:all )?(?:due )?respect\b.*",
    r"as (?:i am sure )?you (?:(?:may|will|would|should|surely|no doubt|certainly|might|must) )*(?:know|are aware|"
    r"understand|appreciate|realise|realize|recall|remember)\b.*", r"as (?:i am|we are) sure you\b.*",
    r"as you can see\b.*", r"(?:you|customers|passengers|parents|owners|guests|users) are best placed to\b.*",
    r"(?:i am|we are) (?:quite |very |fairly )?(?:sure|certain|confident) (?:that )?you (?:will |would |can |do )?"
    r"(?:know|agree|understand|appreciate|realise|realize|remember|see)\b.*",
    r"(?:have|had) already (?:told|explained|informed)\b.*", r"if only you\b.*", r"you are the (?:only|first)\b.*",
    r"you are free to\b.*", r"(?:have|has) never (?:had|seen|received|been|heard)\b(?! (?:more|so|easier)).*",
    r"(?:correct|right) according to\b.*", r"unlikely\b.*",
    r"(?:customer|user|guest|tenant)'?s? (?:duty|obligation)\b.*", r"believe everything\b.*",
    r"we do not (?:offer|give|do|provide) (?:refunds|compensation|exceptions)\b.*", r"it is up to you\b.*",
    r"on your (?:end|side)", r"you (?:need|have) to be more\b.*",
    r"we (?:did|do) (?:text|email|tell|warn|inform|notify)\b.*", r"(?:are|is) free to (?:accept|decline)\b.*",
    r"happens? to (?:everyone|the best)\b.*", r"(?:cancellations|delays|things|mistakes) happen\b.*",
    r"perhaps you\b.*",
    r"(?:per|according to|going by) our (?:records?|system|logs?|files?|notes) (?:that )?(?:you (?:were (?!charged|"
    r"billed|"
    r"double|right|promised|owed|not|told|over)|had|did|accepted|declined|signed)|there (?:was|were) no|no )\w*\b.*",
    r"(?:confirms?|records?|lists?|shows?) (?:this|it|the|your)(?: \w+)? (?:as|was) (?:correctly|successfully|"
    r"safely|duly) "
    r"(?!refund|credit|return|cancel)\w+\b.*",
    r"you were (?:offered|given|advised|informed|notified|reminded|warned)(?: \w+){0,5} and (?:you )?(?:signed|"
    r"accepted|"
    r"declined|took|refused|chose|agreed)\b.*",
    r"where (?:this|the|that|an?) (?:\w+ )?(?:was|is|has been) (?:overlooked|missed|ignored|forgotten)\b.*",
)
RULES = phrases(
    r"(?:encourage|advise|ask|remind) (?:all |our )?(?:customers|guests|users|people|families|passengers|patients|"
    r"members)\b.*",
    r"please note\b.*", r"subject to\b.*", r"not guaranteed", r"for security reasons\b.*",
    r"(?:unable|not able|not in a position) to (?:\w+ )?(?:refund|reimburse|repay|compensate|waive|credit|replace|"
    r"make an "
    r"exception)\b(?!.* (?:before|until|here|myself|cash|page|through|directly)\b).*",
    r"can only (?:discuss|be|do|accept|speak|offer|process|refund)\b.*", r"standard procedure",
    r"(?:is|are) not (?:covered|guaranteed|included|a right|our policy)\b.*",
    r"policy (?:states|does not|clearly|is clear|prohibits)\b.*",
    r"(?:against|per|under) (?:our |the )?(?:\w+ )?(?:policy|guidelines|rules)",
    r"non-?refundable", r"for \w+ customers only", r"in accordance with\b.*",
    r"(?:the|our) (?:terms|conditions|small print)\b.*", r"conditions of carriage\b.*",
    r"at the time of (?:purchase|booking|order)\b.*",
    r"(?:outside|beyond) (?:of )?our (?:influence|control|responsibility)", r"beyond our control",
    r"out of our (?:hands|control)", r"nothing (?:we|i) can do", r"can not help", r"not (?:entitled|eligible)\b.*",
    r"(?:no|not) comment\b.*", r"reserves? (?:all|the|our) rights?", r"within (?:the|our) targets?",
    r"independent contractors", r"intermediary only", r"acts? as an? (?:intermediary|agent|platform)\b.*",
    r"pursuant to\b.*", r"within (?:normal|acceptable|the usual) \w+", r"not affect\b.*", r"for most users",
)
"""Hides behind rules, limits and others: no blame yet, but nothing for the customer."""
MOCKERY = phrases(
    r"(?:feelings?|opinions?|rant|outrage|moan|tantrum) (?:duly |well )?noted", r"boys will be boys", r"never "
    r"(?:hurt|killed) (?:anyone|anybody|a \w+)",
    r"when we were (?:kids|young|little)", r"think of it as\b.*",
    r"all is well that\b.*", r"(?<!that )(?<!best )(?<!time )suits you", r"at least (?:it|you)\b.*",
    r"(?:water|life|stuff|accidents) happens?",
    r"cheer up", r"must be (?:wondering|laughing)\b.*", r"good for the\b.*", r"look on the bright side",
    r"be patient next\b.*",
    r"wow", r"congrat\w+",
    r"how (?:tragic|terribly sad|dare you)", r"relax", r"chill",
    r"good luck with that", r"your (?:highness|majesty|grace|excellency|lordship)",
    r"red carpet", r"another expert\b.*", r"so what", r"whatever you say",
    r"sure,? sure", r"yeah,? right", r"what a (?:surprise|tragedy|shame for you)",
    r"someone (?:is|got) (?:up|having)\b.*", r"drama\w*", r"whin(?:e|ing)\w*", r"free \w+ ?!",
    r"(?:free|extra|bonus|added|complimentary|(?:bit|little|touch|dash) of(?: \w+)?) (?:crunch\w*|protein|fibre|iron|"
    r"seasoning|flavou?r|spice|topping|garnish|souvenir|workout|exercise|shower|pool|tan|sauna|adventure|suspense)",
    r"extra \w+ (?:at )?no extra (?:charge|cost)",
    r"some people (?:pay|would)\b.*", r"a bit sensitive", r"good opportunity to\b.*",
    r"maybe (?:do not|next time|try|you should|learn|fewer|less|more)\b.*",
    r"so the \w+(?: \w+){0,3} is our fault now", r"is our fault now", r"did you (?:really )?expect\b.*",
    r"what did you expect\b.*", r"it is (?:just|only) an? \w+(?: \w+)?", r"the end of the world",
    r"oh dear,? (?:how|what)\b.*",
    r"we are (?:so|soooo+) sorry (?:that )?(?:your|you had to)\b.*(?:wait|think|read)\b.*",
    r"you (?:have )?discovered\b.*",
    r"try (?:reading|being|patience)",
    r"(?:not|isn't) rocket science", r"genius", r"bravo", r"shut up",
    r"go (?:somewhere|elsewhere)",
)
GLEE = phrases(
    r"great news", r"exciting", r"lovely", r"fantastic", r"amazing", r"thrilled", r"delighted",
    r"happy (?:shopping|travels|holidays)", r"enjoy\w*",
    r"have a (?:great|lovely|nice|wonderful|fantastic|pleasant|good|safe|sweet)\b.*", r"yay", r"awesome",
    r"check out (?:our|the)\b.*",
    r"packed with love", r"celebrates?", r"happy \w+ing",
)
BOAST = phrases(
    r"(?:off|discount|voucher|coupon|points)\b.* (?:your |the )?next (?:visit|order|purchase|stay|booking|trip|"
    r"time|meal)",
    r"\d+ ?% off (?:your|the|any|all)\b.*", r"(?:now|up to|only|just|get|with) \d+ ?(?:% ?|percent )?off",
    r"(?:tell|bring|invite) (?:all )?your friends", r"spread the word", r"(?:airline|brand|shop|bank|hotel) of choice",
    r"(?:audiences|customers|people|viewers|others|everybody|everyone|guests|who) (?:have |has |all |really |simply )*"
    r"(?:loved?|adored?|liked|enjoyed) (?:it|them|this|the)",
    r"use (?:the )?code\b.*", r"hate to (?:see|lose) you\b.*", r"your discount",
    r"(?:grab|claim) (?:yours|your)\b.*", r"(?:going|selling) fast", r"hang around",
    r"offer (?:is )?(?:valid|ends|expires)\b.*",
    r"right place", r"for (?:only|just) \d\S*", r"meets? (?:\w+ ){0,4}standards",
    r"great question", r"did you know", r"fun fact", r"watch this space", r"stay tuned", r"join us",
    r"sign up (?:today|now)\b.*", r"every (?:patient|customer|guest|member|child|traveller) (?:matters|counts)\b.*",
    r"follow us\b.*", r"have you seen our\b.*", r"our new \w+ range",
    r"fully (?:redundant|compliant|secure|tested|certified)", r"(?:is|are) (?:so |very )?proud (?:of|to)\b.*",
    r"(?:comes|come) first", r"do their (?:utmost|best)\b.*", r"means the world", r"upgrade (?:today|now)\b.*",
    r"you can save\b.*", r"world[- ]class", r"industry[- ]leading", r"award[- ]winning", r"best in class",
    r"market leader", r"99\.?\d*%", r"exceed\w* (?:\w+ )*(?:standards|expectations)", r"well received", r"top marks",
    r"regularly inspected", r"over a million", r"offer the best", r"(?:number|no\.?) one",
    r"your \w+ is our (?:number one|top|first)\b.*", r"(?:fair|transparent) and (?:fair|transparent)\b.*",
    r"assessed fairly", r"prints? over", r"trusted by", r"fully trained\b.*", r"comply with\b.*",
    r"staffed 24/?7\b.*",
    r"have you (?:heard|thought) (?:about |of )(?:our|upgrading|switching)\b.*", r"heard of our\b.*",
    r"save up to \d\S*", r"\d+ ?(?:%|percent) (?:cheaper|less)", r"treat yourself",
    r"awarded (?:a|an|our|the|its) (?:\w+ )?(?:stars?|prize|award|medal|title|rosette)",
    r"\w+ (?:now|today|online|before \S+(?: \w+)?|by \S+(?: \w+)?) and (?:save|(?:get|receive|enjoy|win) (?:an? )?"
    r"(?:free|extra|bonus))\b.*",
    r"^ (?:order|join|subscribe|upgrade|sign up) (?:now|today|before|by)\b.*",
    r"^ (?:and )?get (?:an? )?free (?!replacement|repair|new|return)(?:\w+ )+$", r"(?:passion|passionate) (?:for|"
    r"about)\b.*",
    r"applicable regulations", r"(?:highest|rigorous|strictest|exacting) (?:\w+ )?standards?", r"maintain the\b.*",
    r"years of (?:experience|excellence)", r"can we tempt you\b.*", r"half price", r"upgrades? (?:start|from)\b.*",
    r"new features\b.*", r"take part in our survey",
    r"(?:please|do|and|or|why not) leave (?:us )?a (?:review|rating)", r"rate (?:us|our|your)\b.*",
    r"would you rate\b.*", r"\d stars",
)
OVERPROMISE = phrases(
    r"(?:will|would|can|shall)(?: \w+)? never(?: ever)?(?! (?:have|need|be asked|start|explain|repeat|chase|"
    r"wait))\b.*", r"never ever", r"not ever",
    r"(?:never|nothing|no (?!need)\w+) (?!(?:have|need|be asked|start|explain|repeat|chase|"
    r"wait)\b)(?:\w+ ){0,5}(?:ever )?again",
    r"(?<!not )(?<!no )(?<!never )(?<!by our )(?<!under our )(?<!/)guarantee[sd]?(?! (?:a|your|the) (?:seat|slot)|"
    r" (?:next[- ]day |first[- ]class |overnight )?(?:post|delivery|mail|courier))", r"100 ?%",
    r"(?:will|is|are|be|guarantee\w*|free|pure|perfect|always)\b.*for ?ever", r"for (?:life|the rest of time)",
    r"always perfect", r"perfect(?:ly)? (?:service|safe|fine|happy)",
    r"(?:will|be|fixed|done|there|it|you)(?: \w+){0,3} (?:with)?in (?:\d+ )?seconds?", r"instantly",
    r"any minute now", r"in no time", r"anything (?:you|your heart) (?:want|ask|wish|desire|like)\w*",
    r"whatever you want", r"(?:can|will) do anything", r"anything for you",
    r"everything (?:is|will|from now)(?: \w+){0,4} (?:perfect\w*|fine|great|perfect)",
    r"(?:absolutely|completely|perfectly|totally) (?:fine|safe|perfect\w*|accessible|pure)",
    r"(?<!not )promise (?:you )?(?:everything|that nothing|it will never|that you will never)\b.*", r"a million\b",
    r"no exceptions?", r"definitely(?! not)", r"no matter (?:what|how|which|who)\b.*", r"whatsoever",
    r"(?:entire|whole) \w+ today",
    r"no (?:\w+ )?(?:customer|train|flight|one) (?:\w+ ){0,5}ever", r"not one single", r"solemn",
    r"(?:every|all|each|any)(?: \w+){1,3} in (?:the (?:country|world|land|uk|nation|universe)|europe|britain|america|"
    r"existence)",
    r"will (?:\w+ )?(?:refund|pay|cover|solve|fix|sort|give|do|replace) (?:you )?(?:everything|anything)(?! (?:you|we|"
    r"that))",
)
EMPHASIS = phrases(
    r"do not (?:you )?worry(?: about a thing| at all)?", r"(?<!not )promise", r"no problem", r"completely",
    r"leave it (?:with|to) us", r"sure thing", r"count on (?:it|us|that)",
)
"""Big words that make a promise sound bigger; with another they make it one that nobody can keep."""
IF_FELT = phrases(
    r"(?:if|that) (?:you|any\w*|our \w+|this|it) (?:have |has |may have |might have |were |was |"
    r"are )?(?:felt?|feel|offend\w*|upset|caused?|perceived?|inconvenienced|not (?:meet|" r"satisf)\w*)\b.*",
    r"to (?:those|anyone|any\w*|people) (?:who|that)? ?(?:\w+ )?(?:were|was|felt|may|might|offended)\b.*",
    r"our intention was\b.*", r"(?:never|not)(?: \w+)? (?:our|my) intention\b.*",
    r"(?:never|not) (?:meant?|intend\w*) to\b.*",
    r"any (?:offen[cs]e|confusion|misunderstanding)",
    r"if (?:our|we) \w+ (?:caused|offended|seemed)\b.*",
    r"sorry if\b.*", r"sorry (?:that )?you (?:feel|felt)\b.*",
)


def sells(said: str) -> bool:
    """Whether words boast or cheer: nothing that they say counts as a deed."""
    return bool(BOAST.search(said) or GLEE.search(said))
