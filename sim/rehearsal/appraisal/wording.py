"""The short lists that the reading of clauses rests on: small classes of words, not keywords of good replies.

A verb in none of the classes counts as a deed. So replies of any trade can be read, and the lists hold only what
words cannot do: empty verbs, formulas, blame.
"""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    """A class of words written with blanks between."""
    return frozenset(text.split())


def phrases(*parts: str) -> re.Pattern[str]:
    """A pattern of any of the phrases, at the borders of words."""
    return re.compile(r"(?<![\w'])(?:" + "|".join(parts) + r")(?![\w'])")


_IRREGULAR = """
    sent:send got:get put:put made:make found:find took:take gave:give paid:pay spoke:speak rang:ring told:tell
    held:hold kept:keep left:leave ran:run brought:bring bought:buy set:set cut:cut chose:choose dealt:deal
    wrote:write met:meet lost:lose broke:break sold:sell built:build caught:catch drove:drive felt:feel
    forgot:forget heard:hear hid:hide knew:know laid:lay led:lead meant:mean rode:ride rose:rise said:say saw:see
    shut:shut sat:sit stood:stand stuck:stick taught:teach thought:think threw:throw understood:understand
    undid:undo woke:wake won:win done:do gone:go been:be given:give taken:take written:write spoken:speak
    broken:break chosen:choose driven:drive forgotten:forget known:know shown:show thrown:throw withdrawn:withdraw
    begun:begin rung:ring redone:redo undone:undo fallen:fall did:do went:go fed:feed swept:sweep cleared:clear
    overpaid:overpay resent:resend rebuilt:rebuild torn:tear tore:tear drawn:draw drew:draw sworn:swear
    frozen:freeze froze:freeze stolen:steal woken:wake flown:fly flew:fly grown:grow grew:grow hidden:hide dug:dig
    hung:hang swung:swing spun:spin struck:strike bent:bend bound:bind lit:light slid:slide slept:sleep stung:sting
    wound:wind worn:wear eaten:eat ate:eat came:come fell:fall bit:bite bitten:bite blew:blow blown:blow fled:flee
    fought:fight swam:swim sang:sing sank:sink sunk:sink shook:shake shaken:shake withheld:withhold
    oversold:oversell spent:spend lent:lend began:begin reset:reset
    resold:resell rewrote:rewrite rewritten:rewrite remade:remake retook:retake retaken:retake reran:rerun redrew:redraw
    redrawn:redraw rethought:rethink misread:misread misheard:mishear misled:mislead mistook:mistake mislaid:mislay
    misunderstood:misunderstand overheard:overhear undersold:undersell withstood:withstand underpaid:underpay
"""
BASE = dict(pair.split(":") for pair in _IRREGULAR.split())
"""Irregular past forms and their verbs."""
IRREGULAR = frozenset(BASE)
_SPELT = """
    u:you ur:your yr:your ya:you yer:your youre:you_are r:are pls:please plz:please thx:thanks thnx:thanks
    ty:thank_you tmrw:tomorrow tmw:tomorrow tomoz:tomorrow 2moro:tomorrow 2day:today 2nite:tonight tonite:tonight
    nite:night nites:nights n:and &:and gonna:going_to gotta:have_to wanna:want_to gimme:give_me lemme:let_me
    ppl:people msg:message weds:wednesday wed:wednesday tues:tuesday thurs:thursday thur:thursday fri:friday
    bc:because cos:because coz:because cuz:because tho:though thru:through hiya:hi weve:we_have theyre:they_are
    thats:that_is whats:what_is shoulda:should_have coulda:could_have woulda:would_have acc:account no1:nobody
    sry:sorry soz:sorry recieve:receive recieved:received definately:definitely seperate:separate adress:address
    appologise:apologise appologies:apologies apologys:apologies sory:sorry refunde:refund tommorow:tomorrow
    tommorrow:tomorrow tomorow:tomorrow untill:until wich:which becuase:because beleive:believe
    cancelation:cancellation replacment:replacement immediatly:immediately wrng:wrong hav:have abt:about wk:week
    aye:yes wi:with nae:no cannae:can_not dinnae:do_not didnae:did_not isnae:is_not wasnae:was_not gonnae:going_to
    tae:to oan:on hoose:house yous:you youse:you yall:you owt:anything nowt:nothing summat:something imma:i_will
    finna:going_to dunno:do_not_know arvo:afternoon kinda:kind_of outta:out_of bak:back hafta:have_to urs:yours
    uve:you_have wks:weeks
"""
SPELT = {short: written.replace("_", " ") for short, written in (pair.split(":") for pair in _SPELT.split())}
"""Everyday short, dialect and wrong spellings of words that matter here, and what they stand for."""
NOT_PAST = words(
    """need indeed speed feed seed bed red shed exceed proceed succeed embed hundred kindred sacred naked"""
)
NOT_ING = words(
    """including regarding concerning following depending according during morning evening nothing anything
    something everything thing king bring ring string spring wing being building meeting wedding ceiling
    clothing parking heating booking billing dining training engineering accounting marketing shipping catering
    pricing nursing cleaning"""
)
ADVERBS = words(
    """just now already also personally immediately not never really truly very so fully since then still
    only always today tonight ever both all currently finally actually again once even myself ourselves
    straight right yet"""
)
WE = words("i we us me")
OURS = words(
    """team engineer engineers crew colleague colleagues driver drivers technician manager courier doctor
    pharmacist chef staff office branch department desk supervisor specialist agent adjuster assessor
    plumber electrician nurse depot warehouse shop store kitchen developers developer lab partner van"""
)

EMPTY = words(
    """able understand appreciate apologise apologize regret value strive hope believe feel care want know
    think hear see note pride prides aim try forward pass share escalate inform notify raise log record
    listen thank love sympathise empathise assure promise encourage invite advise suggest recommend
    recognise acknowledge commit work continue like wish consider treat remain ensure endeavour monitor
    learn improve sorry experience face ask say mean need pride feed welcome enjoy celebrate receive
    mention state guess pretend agree assume suppose
    guarantee guaranteed trust empathize reassure process register serve respect
    picture imagine invest expand pioneer innovate employ operate win achieve champion transform aspire
    sadden disappoint thrill delight excite forgive bear attend print exist grow introduce
    gut devastate mortify horrify embarrass choke worry"""
)
DEEDS = words(
    """refund return repay reimburse credit pay compensate waive deduct reduce lower knock transfer restore reverse
    void cancel remove delete stop close end lift unlock unblock unfreeze clear withdraw drop pull suspend halt
    switch turn disable revoke strike scrap undo take fix repair mend correct replace swap redo reset restart update
    patch rebuild clean change amend adjust send post ship dispatch deliver bring courier carry drive collect pick
    fetch pop book rebook reserve arrange order reorder schedule hold set reopen open put move upgrade extend assign
    apply issue add approve confirm raise give keep make get find offer cover reissue reprint resend reinstate refit
    reroute freeze ban dismiss sack retrain block flag mark alert install connect activate enable free release top
    load print sign write enclose cut match honour honor settle double recall edit publish shut seal wash treat spray
    service measure rewrite email text message ring call phone speak talk visit come meet wait write tell show warn
    stand sort help handle prepare pack cook bake brew sew build plan prioritise prioritize escalate bump push chase
    file lodge submit start begin launch run roll reschedule rearrange reallocate relocate lend loan share allow
    grant award gift throw include leave lock secure protect replace top-up back-date backdate refill reseal
    reconnect rewire translate tear rip bin shred quash axe ditch kill wipe hand lay nip square swap fly lift drop
    track dash staff hire train appoint name report forward accept admit"""
)
"""Verbs of what a firm can do for a customer, in any trade; a verb that is not here counts for less."""
CHECK = words(
    """check trace track investigate find chase test pull open search dig audit inspect locate speak talk
    figure look review consider queri query verify read"""
)
VAGUE_FIX = words(
    """resolve address handle sort deal fix solve help assist support rectify correct right settle
    prioritise prioritize manage open create assign"""
)
REFERS = phrases(
    r"follow\w* (?:the|our|all|a) (?:\w+ )?(?:procedure|process|policy|protocol|rules?|guidelines|instructions)\b.*",
    r"in line with\b.*", r"in accordance with\b.*",
    r"as (?:shown|described|stated|mentioned|written|agreed|noted|set)\b.*",
    r"(?:set out|stated|laid down|described) in",
)
"""Points at a text; nothing is done by it."""
CORPORATE = words(
    """process processes procedure procedures standards standard value values training quality improvements
    improvement excellence communication operations policies policy performance culture team teams
    efforts effort reasons types guidelines rules regulations requirements protocols checks inspection"""
)
LIGHT = words("take have make put get give")
VAGUE = words(
    """issue issues matter concern concerns problem problems situation case complaint feedback request query
    queries question ticket experience service look note care action account notice steps touch sorted
    fixed right up this that it things thing everything accordingly promptly quickly assistance support
    priority way ways"""
)
TEAMS = words(
    """team lead manager management finance housekeeping depot kitchen warehouse logistics security
    engineering department supervisor board head office colleague colleagues"""
)
GENERIC_AGENT = words("representative someone somebody member agent associate")
HABIT = phrases(
    r"(?:vast )?majority", r"individual \w+", r"can happen", r"usually", r"normally", r"in most cases",
    r"generally", r"a very high number", r"always", r"regularly", r"every (?:day|year|customer|guest|step)",
    r"all (?:our|of our)", r"never", r"constantly", r"routinely", r"a year", r"over a \w+",
)
CONTACT = words(
    """call ring message update email text post come get write reach phone dm report reply follow
    keep tell let answer"""
)
FAILING = words(
    """fail lose lost miss mess break broke delay overcharge forget forgot ignore mislead drop
    overbook overbooked oversell sold neglect screw botch misread mislabel mix leave left
    hurt slip lag goof muck mistype misread mishear fluff fumble trip err blunder bungle mislay misplace"""
)

FORMULA = [
    phrases(
        r"(?:any|the|this|an|for) inconvenience\w*", r"inconvenience (?:this|caused)",
        r"apolog\w+ for the (?:disruption|trouble)",
    ),
    phrases(
        r"valued? (?:customer|guest|member|client|passenger)s?", r"we (?:really |truly |greatly )?value",
        r"dear (?:customer|sir|guest|valued|madam|passenger|client|user)",
    ),
    phrases(
        r"(?<!i read )(?<!we read )your (?:\w+ )?"
        r"(?:feedback|opinion|message|comments?|satisfaction|business|patience|patronage)",
        r"(?:is|are) (?:very |so )?important to us", r"matters? to us", r"mean a lot to us",
    ),
    phrases(
        r"thank(?:s| you)? for (?:bringing|contacting|reaching|getting in touch|letting|your "
        r"(?:feedback|patience|understanding|" r"message|comments?|time|business|kind))",
        r"for your understanding", r"appreciate your", r"taking the time to",
        r"always (?:looking|trying|working) (?:for|to)\b.*",
    ),
    phrases(
        r"(?:we|i|our team)(?: \w+)? (?:strive|endeavou?r|pride|aim|try|work hard|do our best)\w*",
        r"pride ourselves", r"committed to", r"dedicated to", r"dedicated team",
        r"(?:number one|top|highest|first|main|no 1|our) priority", r"every effort",
        r"(?:do|doing) (?:everything|all we can|our (?:best|utmost)|what we can)\b.*", r"appropriate action",
    ),
    phrases(r"take\w* (?:\w+ ){1,9}seriously", r"taken (?:very )?seriously"),
    phrases(
        r"(?:forward|pass|share|relay|escalat|rais)\w*(?: \w+){0,6} (?:team|management|department|"
        r"leadership|colleagues|staff)",
        r"(?:relevant|appropriate|concerned|respective) (?:\w+ )?(?:team|department|colleagues|people)",
        r"(?:has|have) been (?:logged|noted|informed|forwarded|passed|recorded)", r"needed changes",
    ),
    phrases(
        r"bear with us", r"as soon as (?:possible|we can)", r"at this time", r"in due course",
        r"at your earliest", r"(?:shortly|asap)", r"get back to you soon",
        r"working (?:hard|on (?:it|this)|to (?:restore|resolve|fix))", r"in a timely manner",
        r"anything else\b.*",
        r"(?:can|may|might|could) (?:fluctuate|vary|take (?:a (?:little|bit) )?longer)", r"be patient",
        r"for (?:their|your) (?:understanding|patience)", r"high\w* (?:\w+ ){0,4}(?:demand|volumes?)",
        r"busy (?:times?|period)",
    ),
    phrases(
        r"(?:thoughts|hearts?|prayers|sympathies|sympathy) (?:are|is|go|goes) (?:with|out)\b.*",
        r"(?:hope|look forward|looking forward) (?:to|you|we|forward)", r"(?:rest|be) assured",
        r"happy to (?:help|assist)", r"do not hesitate", r"sincerely apologi[sz]e", r"sincere apologies",
        r"please accept our", r"we regret", r"exceptional (?:experience|service)",
        r"(?:not|did not) meet (?:your|our|the)", r"did not live up", r"going forward",
        r"lessons (?:will be|have been|are) learned", r"mistakes were made", r"kindly",
    ),
    phrases(
        r"sorry to (?:hear|learn|see|read)(?: about| of| that)?",
        r"(?:your|the|this|an?) (?:\w+ )?(?:experience|disappointment)",
        r"understand (?:your|the|how|that (?:this|it)|this)(?: is)? (?:\w+ )?(?:frustrat|concern|"
        r"disappoint|inconven)\w*", r"understand how (?:frustrating|disappointing|upsetting)",
        r"not the (?:experience|outcome|standard|level)\b.*",
    ),
    phrases(
        r"(?:operational|technical) (?:reasons?|difficult\w+|issues?)", r"unforeseen circumstances",
        r"overwhelming (?:response|demand)", r"some (?:customers|users|guests|passengers) (?:may|might|have)",
    ),
]
FEELING = phrases(
    r"awful", r"terrible", r"horrible", r"horrif\w+", r"dreadful", r"scary", r"frightening", r"frustrating",
    r"stressful", r"upsetting", r"painful", r"(?<!not )(?<!not you )(?<!no )(?<!never )worr(?:y|ying|ied|ies)",
    r"exhausting", r"shame\w*", r"ashamed",
    r"disgusting", r"unfair", r"cruel", r"ridiculous", r"unacceptable", r"not acceptable",
    r"not (?:okay|ok|right|fair|good enough|funny)", r"not on(?! \w)", r"inexcusable", r"no excuse", r"maddening",
    r"gutted",
    r"gutting", r"heartbreaking", r"rotten", r"rough", r"miserable", r"nightmare", r"humiliating", r"infuriating",
    r"daft", r"silly", r"absurd", r"insult\w*", r"distress\w*", r"alarming", r"appalling", r"appalled", r"sickening",
    r"devastating", r"tears", r"furious", r"angry", r"cross", r"fed up", r"mortified", r"unsettling",
    r"hard(?:er|est)? (?:on|for) (?:you|your)", r"tough", r"last thing you", r"no way to",
    r"poor (?:you|thing|daughter|son|mum|mom|dad|cat|dog|girl|boy|kid|kids|little)", r"annoying", r"bad timing",
    r"exasperating", r"deserved? (?:\w+ )?(?:better|more)", r"relie(?:f|ved)", r"disappointing", r"lousy", r"ruin\w*",
    r"embarrass\w*", r"let ?down", r"unbearable", r"terrifying", r"shock\w*", r"failed you", r"not a joke",
    r"stings?", r"stung", r"hurts?", r"livid", r"rubbish", r"dire", r"grim", r"horrid", r"mortifying", r"heartbroken",
    r"dangerous", r"this is (?:serious|urgent)", r"disgraceful", r"shabby", r"hopeless", r"worst", r"sad", r"bad luck",
    r"too many",
    r"(?:for|about) (?:the|those|that|all the) (?:scare|fright|faff|runaround|hassle|bother|mess|worry|wait|stress)",
    r"yuck", r"ouch", r"ugh",
)
STANDS_WITH = phrases(
    r"you are (?:absolutely |completely |quite |totally |so )?right", r"(?:i|we) (?:get|see|can see) why",
    r"understand why", r"no wonder", r"(?:i|we) would (?:be|feel|have|want)\b.*", r"fair (?:question|point|enough)",
    r"nobody should", r"no one should", r"you should not have",
    r"(?:it|this|that|he|she|they|nobody|no one|we|our \w+|the \w+|your \w+) (?:should|ought to) (?:never |"
    r"not )?(?:have \w+|happen|be|have to)",
    r"you should (?:never|not) (?:have had|have been|have to|be|pay|need|have needed|lose|wait)",
    r"you should have (?:heard|been|had|got|received|gotten)", r"in your (?:place|shoes|position)",
    r"you did (?:nothing wrong|everything right|the right)",
    r"(?:not|never|none of (?:it|this) (?:is|was)) your (?:own )?(?:fault|doing|mistake|responsibility)",
    r"is not how", r"makes? sense that you",
    r"you have every (?:right|reason)", r"thank you for (?:telling|saying|flagging|spelling|writing)",
    r"(?:comes?|goes?) first", r"not making it up", r"how (?:are|is) (?:you|your|he|she|they)\b.*",
    r"are you (?:hurt|ok|okay|safe|all right|alright)", r"is (?:everyone|anyone|he|she) (?:hurt|ok|okay|safe)",
    r"sorry (?:for|about) your loss", r"good luck (?:at|with|for) (?:the|your|\d)\b.*",
    r"(?:hope|wish\w*) (?:your|you|he|she|her|him)\b.*",
)
OWNS = phrases(
    r"did get (?:this|it|that)(?: one)? wrong",
    r"our (?:\w+ ){0,2}(?:fault|mistake|error|failure|failing|bug|side|doing|responsibility|slip|mess|blunder|"
    r"oversight|end)",
    r"(?:is|are|was|that is) on us",
    r"(?:we|i) (?:have )?(?:really |badly |clearly |simply |just |also )*(?:got|get) (?:it|this|that|"
    r"your \w+) (?:\w+ )?wrong",
    r"we let (?:you|him|her|them) down", r"let you down",
    r"we (?:\w+ )?(?:messed|screwed|slipped|fell short|fell|failed|dropped|missed|overbooked|botched|blew)\b.*",
    r"failed you", r"we should (?:have|not have|never have)", r"(?:i|we) (?:own|take (?:full )?responsibility)",
    r"(?:is|was|it is|that is|and it is) ours", r"ours to fix", r"no ifs",
    r"(?:is|was|were|are) (?:a |an )?(?:very |really |pretty )?(?:poor|bad|weak|lousy|lazy|shabby|sloppy) (?:answer|"
    r"reply|replies|answers|service|show|job|work|start|way|effort)", r"no excuses?",
    r"(?:that|this|it|charging \w+|what we did) was wrong(?: of us)?", r"that is wrong",
    r"(?:the|your|this) (?:bill|price|page|letter|charge|fee|label|sign|date|fine|notice) (?:is|was) (?:simply |"
    r"just |plainly )?wrong",
    r"wrong of us", r"i (?:am|feel) ashamed",
    r"our \w+ (?:lagged|failed|broke|crashed|tripped|took|sent|scanned|lost|missed)\b.*",
    r"we (?:\w+ )?(?:lost|sold|charged|sent|shipped|cancelled|canceled|left|forgot|ignored|delayed|deleted|used|"
    r"served|gave)\b.*(?:twice|wrong|you|your|the same|without|people)\b.*",
    r"because of us", r"it is us", r"we are (?:to blame|responsible|at fault)",
    r"(?:our|the|that|this|his|her) \w+ (?:is|was|were|are) (?:simply |plainly |just |quite )?wrong",
    r"our \w+ \w+ (?:is|was) wrong", r"mistake is ours",
    r"we (?:made|make) (?:a|the|this) (?:\w+ )?(?:mistake|error)",
)
CAUSE = phrases(
    r"because", r"the (?:cause|reason|problem|fault) (?:is|was)", r"due to (?:a|an|our|the)", r"that is why",
    r"which is why", r"caused by", r"turns? out", r"what happened",
    r"(?:is|was|it is|that is) a (?:bug|fault|blown|broken|failed|cut|burst|damaged)\b.*", r"what we know",
    r"broke down", r"lost power", r"found the (?:fault|cause|problem|mistake|mix)\b.*", r"got stuck",
    r"(?:is|are|were|was) (?:stuck|left out|swapped|mislabell?ed)", r"too few \w+", r"shortage", r"by mistake",
    r"damaged \w+", r"missed its",
)
NOT_KNOWN = phrases(
    r"(?:do|does|did) not (?:yet |have an? |know|have the)(?:\w+ )*", r"not yet",
    r"can not (?:yet |honestly |fully )?(?:promise|say|tell|give|confirm|guarantee|know)\b.*",
    r"(?:will|would) not (?:guess|pretend|speculate)",
    r"(?:still|am|are) (?:\w+ )?(?:finding out|working out|checking|waiting for|trying to find)\b.*",
    r"honestly", r"to be honest", r"that is the truth", r"no (?:true )?date yet",
    r"i (?:need|have|want) to (?:find out|know|check|look|be sure)\b.*", r"not sure yet",
    r"even if (?:it is|the answer|there)\b.*", r"either way", r"whatever the state", r"do not know",
    r"can not (?:\w+ )?(?:myself|from here)", r"i have got no \w+",
)
TIME = phrases(
    r"(?:by|before|at|until|till|after|around|about|from|between|for) \d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?(?= (?:today|"
    r"tonight|tomorrow|on|at|and|this|in|with|whichever|either|sharp)\b| ?[.,;:!?)]| *$)",
    r"(?:the )?\d{1,2}(?:st|nd|rd|th)",
    r"(?:\d{1,2} )?(?:january|february|march|april|june|july|august|september|october|november|"
    r"december)(?: \d{1,2})?",
    r"on the \d{1,2}(?:st|nd|rd|th)?", r"between \d\S* and \d\S*",
    r"(?:by|before|at|until|till|after|around|about|from) (?:the )?(?:noon|midnight|lunch\w*|the hour|tonight|"
    r"today|tomorrow|end of (?:the )?(?:day|week)|next (?:week|month|\w+day)|close of \w+)",
    r"(?:by|before|at|until|till|after|around) (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve)(?= (?:today|tonight|tomorrow|on|at|i|we|you|and|or|so|with|here|in|this|either|the|what|whether|if|"
    r"to|whatever|even)\b| ?[.,;:!?)]| *$)",
    r"(?:with)?in (?:the next |about |under |less than )?(?:\d[\d-]*|an?|one|two|three|four|five|six|ten|fifteen|"
    r"twenty|thirty|half an|the|a couple of|a few) (?:\w+ )?(?:minutes?|mins?|hours?|hrs?|days?|hour|working days?|"
    r"business days?|weeks?)",
    r"\d+ (?:minutes?|mins?) (?:away|out)",
    r"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week|minute))",
    r"(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)", r"\d{1,2}[:.]\d\d(?: ?[ap]m)?",
    r"\d{1,2} ?[ap]m", r"(?:by |on )?(?:mon|tues?|weds?|thurs?|fri|tmrw|tomoz)",
    r"(?:next|first thing) (?:week|morning|tomorrow)", r"straight away", r"right now", r"an hour ago", r"just now",
    r"as of (?:now|today|\d\S*)", r"by end of (?:day|play|business)",
    r"(?:\d+|two|three) (?:working |business )?days (?:at most)?",
)
EASY = phrases(
    r"(?:give|drop) (?:me|us) a (?:shout|line|message|dm)\b.*",
    r"no need to\b.*",
    r"(?:nothing|no \w+) (?:you need |for you |left |else )?(?:to (?:do|pay|sign|fill|send|return|call))\b.*",
    r"(?:do|will|need) not (?:need|have) to\b.*", r"you (?:do|will|need) not\b.*",
    r"nothing (?:you need|for you|to)\b.*", r"automatically", r"by itself",
    r"without any (?:paperwork|forms?|calls?)",
    r"no (?:call|return|receipt|form|forms|queue|paperwork|postage|appointment|strings)s?(?: \w+)?",
    r"keep (?:the|them|it|both)\b.*", r"either way", r"my (?:direct )?(?:line|number|mobile|phone)",
    r"direct (?:line|number)",
    r"(?:just )?(?:reply|answer|write|message|tell|say|text)(?: to)? (?:me|here|yes|us here)\b.*",
    r"from your door", r"to (?:your|the) door", r"(?:so )?(?:that )?you (?:will )?(?:not|never) have to\b.*",
    r"whatever is easier", r"your choice",
    r"(?:if|and if) (?:that|it|you|the|it is)\b.*(?:i|we|tell|write|say|call)\b.*", r"ask for \w+",
    r"which (?:one )?(?:works|would you|suits|do you)\b.*", r"just say(?: so)?", r"if you would rather\b.*",
    r"whichever\b.*", r"(?<!that is )(?<!this is )(?<!it is )(?<!and is )(?<!times is )on us", r"on our bill",
    r"free of charge", r"nothing more", r"first in line", r"you (?:are|owe) nothing",
    r"in your (?:inbox|messages|account|name|app)", r"link (?:is |in )?\w*",
)
ELSEWHERE = phrases(
    r"(?:please |kindly |just |simply |to )?(?:contact|call|ring|phone|email|visit|consult|write to|check with|"
    r"go to|log (?:in|on|into)|refer to|appeal|fill (?:in|out)|complete|submit|speak (?:to|with)|check out|"
    r"see) (?:the |our |your |us |a |an |to |out |with |in )*(?:\w+ )?(?:bank|website|site|hotline|line|helpline|"
    r"centre|center|helpdesk|desk|number|faq\w*|page|form|branch|shop|store|customer|support|care|airport|seller|"
    r"provider|dealer|booking|team|department|manufacturer|courier|app|account|terms|policy|local|front|friendly|"
    r"review|gp|landlord|insurer|\d\S*)\b.*",
    r"(?:can|could|may|should) be (?:challenged|found|made|requested|done|claimed) (?:online|on|in|at|via|"
    r"through)\b.*",
    r"you can (?:claim|appeal|dispute|find|raise|submit|apply|complain|also claim)\b.*",
    r"(?:log|raise|open|submit|create|file) (?:a|an|your) (?:\w+ )?(?:ticket|claim|request|case|complaint|form|"
    r"appeal|enquiry|inquiry) (?:at|on|via|through|in|with|under|online)\b.*",
    r"on (?:our|the) (?:website|site|app|homepage)", r"in the (?:help cent(?:re|er)|faq\w*)",
    r"please (?:start|use|try|reset|update|reinstall|restart) (?:another|the|your|our|again)\b.*",
    r"(?:contact|visit|consult|get in touch with) (?:the|our|your|a|an)\b.*", r"to change \w+ \w+",
    r"have you tried\b.*",
    r"(?:refer to|consult|see|check) (?:the|our|your) (?:\w+ )?(?:information|notices?|boards?|screens?|signs?|"
    r"announcements?|timetable|leaflet|poster)\b.*",
    r"(?:write|call|ring|phone|try|contact|message|come|ask|email) (?:us |me |in )?(?:again|back) (?:tomorrow|later|"
    r"next|on \w+day|in the morning|during|when|after|from|between|within)\b.*",
    r"(?:keep an eye on|check|rate|watch|follow) (?:our|the|your) \w+\b.*",
    r"for (?:more|further) (?:information|help|details)\b.*",
    r"you (?:will|can|may) find (?:\w+ ){0,4}(?:tips|information|help|advice|answers|details|guides?|more|steps)\b.*",
)
