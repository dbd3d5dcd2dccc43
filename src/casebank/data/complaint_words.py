"""What customers say, cause by cause: pairs of Chinese and English with the same content.

``%(amount)s`` and its like are filled in by :mod:`casebank.data.complaint_texts`. The words are
chosen so that no single one gives the cause away: an account that nobody can get into may be the
app, the camera or a restriction. All of it is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True)
class Words:
    """The sentences of a cause: how it begins, what happened then, what is asked, in passing."""

    openings: tuple[Pair, ...]
    middles: tuple[Pair, ...]
    endings: tuple[Pair, ...]
    asides: tuple[Pair, ...]


WORDS: dict[str, Words] = {
    "fee": Words(
        openings=(
            (
                "上个月的账单里多出一笔%(amount)s，没人跟我说过。",
                "My last statement has an extra %(amount)s on it that nobody told me about.",
            ),
            (
                "短信提醒一直不要钱，%(date)s突然开始扣了。",
                "The text messages were always free, and on %(date)s money was taken for them.",
            ),
            (
                "%(product)s里本来就没几个钱，你们还每个月往下扣。",
                "There is hardly anything in my %(product)s, and still a bit comes off each month.",
            ),
            (
                "%(date)s在柜台办了点事，回家一看少了%(amount)s。",
                "I did some business at the counter on %(date)s and came home %(amount)s poorer.",
            ),
            (
                "当初说头一年不收的，结果还是收了我%(amount)s。",
                "The first year was to cost nothing, and I have been charged %(amount)s after all.",
            ),
            (
                "在%(street)s的机器上取了一回现金，又给我算了%(amount)s。",
                "I drew cash once at the machine near %(street)s and was billed %(amount)s.",
            ),
            (
                "这件事我去年就反映过一回，今年照扣不误。",
                "I raised this last year already, and this year it was taken off all over again.",
            ),
            (
                "什么叫小额账户管理，我到%(date)s才头一回听说。",
                "Until %(date)s I had never heard that looking after a small account costs money.",
            ),
        ),
        middles=(
            (
                "问柜台，说是总行定的；问客服，说是支行定的。",
                "The counter says head office decided it; the hotline says the branch did.",
            ),
            (
                "开户的时候谁也没提这一条，翻遍合同也没找到。",
                "Nobody mentioned it when I opened the account, and the contract is silent.",
            ),
            (
                "通知贴在%(branch)s的门背后，字比蚂蚁还小。",
                "The notice hangs behind the door of %(branch)s in letters the size of ants.",
            ),
            (
                "一年算下来好几十，利息还没有这个多。",
                "Over a year it comes to more than the interest that I get.",
            ),
            (
                "热线里按来按去，等了%(hours)s个小时也没人讲得清。",
                "I spent %(hours)s hours with the hotline and nobody could explain it.",
            ),
            (
                "对面那家银行同样的东西一分钱不要。",
                "The bank across the road asks nothing for the same thing.",
            ),
        ),
        endings=(
            (
                "把钱退回来，再写清楚以后还扣不扣。",
                "Give it back and put in writing whether it will be taken again.",
            ),
            (
                "依据是哪一条，请拿给我看。",
                "Please show me the rule that allows this.",
            ),
            (
                "要么取消这一项，要么我把账户销了。",
                "Either this item goes or my account does.",
            ),
        ),
        asides=(
            (
                "顺便问一句，每个月那几块钱短信费是怎么来的？",
                "By the way, what are those few yuan a month for text messages?",
            ),
            (
                "另外这个月还莫名其妙少了几块钱，说是管理费。",
                "Besides, a few yuan have gone this month for what is called administration.",
            ),
        ),
    ),
    "unrecognised_payment": Words(
        openings=(
            (
                "%(date)s凌晨从我的%(product)s里出去%(amount)s，我当时在睡觉。",
                "Early on %(date)s %(amount)s left my %(product)s while I was asleep.",
            ),
            (
                "账上有一笔%(amount)s，商户名字我从来没见过。",
                "There is an item of %(amount)s from a shop that I have never heard of.",
            ),
            (
                "我一看余额不对，少了%(amount)s，不是我花的。",
                "My balance is wrong: %(amount)s is missing, and I did not spend it.",
            ),
            (
                "卡一直在我手里，%(date)s却在外地用掉%(amount)s。",
                "The card never left me, yet on %(date)s %(amount)s was spent in another province.",
            ),
            (
                "有个什么会员自动续费，扣了我%(amount)s，我没开过。",
                "Some membership that I never joined renewed itself and took %(amount)s.",
            ),
            (
                "同一家店同一天扣了两次，第二笔%(amount)s我不认。",
                "The same shop took money twice in a day; the second %(amount)s is not mine.",
            ),
            (
                "孩子说没碰过手机，可%(date)s就是付出去%(amount)s。",
                "My child swears not to have touched the phone, but %(amount)s went on %(date)s.",
            ),
            (
                "我根本没收到验证码，钱怎么就走了，%(amount)s啊。",
                "I never got a code, so how could %(amount)s simply go?",
            ),
        ),
        middles=(
            (
                "打热线要先听%(times)s遍菜单，轮到人说话又让我去报警。",
                "The hotline played its menu %(times)s times, then told me to try the police.",
            ),
            (
                "派出所让我找银行，银行让我找商户，商户电话是空号。",
                "The police send me to the bank, the bank to the shop, and the shop has no number.",
            ),
            (
                "我当场就让你们停卡，%(hours)s个小时后才停。",
                "I asked at once for the card to be stopped; it took %(hours)s hours.",
            ),
            (
                "%(branch)s的人看了一眼，说系统显示是本人操作。",
                "Somebody at %(branch)s glanced at it and said the system shows it was me.",
            ),
            (
                "填了一张表，说等，等了%(days)s天没有下文。",
                "I filled in a form and was told to wait; %(days)s days later, nothing.",
            ),
            (
                "这点钱你们可能看不上，对我是一个月的菜钱。",
                "You may not care about such a sum; to me it is a month of food.",
            ),
        ),
        endings=(
            (
                "这笔钱到底是谁花的，给我查明白。",
                "Find out who spent it.",
            ),
            (
                "先把钱垫回来，再慢慢查。",
                "Put the money back first and look into it afterwards.",
            ),
            (
                "请把那笔的商户、时间、地点都打印给我。",
                "Please print for me the shop, the hour and the place of that item.",
            ),
        ),
        asides=(
            (
                "还有，账上有一笔小钱我不记得买过什么。",
                "Also, there is a small item on the statement that I do not remember buying.",
            ),
            (
                "另外上周有一笔扣款对不上，也请看看。",
                "Besides, one payment last week does not add up; please look at that too.",
            ),
        ),
    ),
    "transfer_delay": Words(
        openings=(
            (
                "%(date)s给儿子打了%(amount)s，到现在还没到。",
                "On %(date)s I sent my son %(amount)s and it still has not arrived.",
            ),
            (
                "房东催了我三回，我这边明明已经付出去了。",
                "My landlord has asked three times, and on my side the money has long gone.",
            ),
            (
                "钱从我这儿扣了，对方说没收到，%(amount)s卡在半路。",
                "It left me, they have not got it: %(amount)s is stuck on the way.",
            ),
            (
                "单位%(date)s发的钱，同事都有了，就我没有。",
                "Our employer paid on %(date)s; all my colleagues have it and I do not.",
            ),
            (
                "写着实时到账，%(amount)s走了%(days)s天。",
                "“In real time” it says. %(amount)s took %(days)s days.",
            ),
            (
                "给货款的时候显示处理中，一显示就是%(hours)s个小时。",
                "When I paid for the goods it said “processing”, and said so for %(hours)s hours.",
            ),
            (
                "一笔退款，对方%(date)s就办了，我这里查不到。",
                "A refund was sent on %(date)s and there is no trace of it here.",
            ),
            (
                "在%(branch)s填单子汇的%(amount)s，第三天又退回来了，说户名不对。",
                "The %(amount)s that I sent at %(branch)s came back on day three: wrong name.",
            ),
        ),
        middles=(
            (
                "屏幕上一直转圈，我不敢再按，怕扣两次。",
                "The screen kept turning and I dared not press again, for fear of paying twice.",
            ),
            (
                "两边客服都说是对方的问题，我成了传话的。",
                "Each hotline blames the other, and I carry messages between them.",
            ),
            (
                "因为这个误了交钱的日子，人家要算我违约金。",
                "Because of it I missed the day and they want a penalty from me.",
            ),
            (
                "去%(street)s那家网点问，让我第二天再来，第二天又让我再等等。",
                "Near %(street)s they said to come tomorrow, and tomorrow to wait a little.",
            ),
            (
                "回单有，流水有，就是钱没有。",
                "I have a receipt, I have a statement line; what I have not got is the money.",
            ),
            (
                "打了%(times)s个电话，每次都要从头讲一遍。",
                "I rang %(times)s times and had to begin from the beginning each time.",
            ),
        ),
        endings=(
            (
                "这笔钱现在在哪里，一句话说清楚。",
                "Tell me in one sentence where the money is now.",
            ),
            (
                "误了事的损失谁来赔？",
                "Who pays for what I lost by it?",
            ),
            (
                "到不了就原路退回，别悬着。",
                "If it cannot arrive, send it back, but do not leave it hanging.",
            ),
        ),
        asides=(
            (
                "另外上次转的一笔钱也慢得出奇。",
                "Besides, the last sum that I sent was strangely slow as well.",
            ),
            (
                "还有，说是马上到的钱，每次都要隔一夜。",
                "Also, money that is to arrive at once takes a night every time.",
            ),
        ),
    ),
    "app_failure": Words(
        openings=(
            (
                "%(date)s一整天都进不去，点开就退出来。",
                "I could not get in all day on %(date)s; it opens and shuts again.",
            ),
            (
                "手机上点来点去都是“系统繁忙，请稍后再试”。",
                "Whatever I touch, my phone says “system busy, please try again later”.",
            ),
            (
                "更新了一次以后，余额那一栏一直是空的。",
                "Since the last update the line with my balance has been empty.",
            ),
            (
                "要交%(amount)s，页面转了%(hours)s个小时，最后告诉我超时。",
                "I had %(amount)s to pay; the page turned for %(hours)s hours and then timed out.",
            ),
            (
                "正在收银台前排着队，手机里什么都打不开，后面的人都在看我。",
                "I stood at a till with nothing on my phone that would open, and people stared.",
            ),
            (
                "查流水只能查到%(date)s以前的，后面的都没了。",
                "The list of payments ends before %(date)s; the rest has vanished.",
            ),
            (
                "付一笔%(amount)s，提示失败，又提示成功，我到底付没付？",
                "Paying %(amount)s, I was told it had failed, then that it had not. Which is it?",
            ),
            (
                "你们那个新版本在我手机上根本装不上，旧的又不让用。",
                "Your new version will not install on my phone, and the old one is not allowed.",
            ),
        ),
        middles=(
            (
                "重启、卸载、重装，该试的都试了。",
                "I restarted, removed and installed it again: all that one can try, I tried.",
            ),
            (
                "打热线，前面还有%(times)s0个人，我就挂了。",
                "The hotline had %(times)s0 people before me, so I hung up.",
            ),
            (
                "跑到%(branch)s，排了%(hours)s个小时，说他们也看不到。",
                "I queued %(hours)s hours at %(branch)s to hear that they cannot see it either.",
            ),
            (
                "换了家里人的手机也一样，别跟我说是信号。",
                "It is the same on my family's phones, so do not tell me that it is the signal.",
            ),
            (
                "偏偏是月底，几笔钱都等着这一下。",
                "It had to be the end of the month, with several payments waiting for it.",
            ),
            (
                "截了图发给在线客服，回我一句“已记录”。",
                "I sent pictures of the screen to the chat and got “noted” for an answer.",
            ),
        ),
        endings=(
            (
                "什么时候能好，给个准话。",
                "Say when it will work, and mean it.",
            ),
            (
                "现在的银行离了手机寸步难行，偏偏手机这头最不牢靠。",
                "No bank works without the phone today, and the phone is what you cannot keep up.",
            ),
            (
                "坏了就早点发个通知，别让大家干着急。",
                "If it is broken, say so early and do not leave everybody guessing.",
            ),
        ),
        asides=(
            (
                "另外手机上那个页面老是卡住，也该修修了。",
                "Besides, that page on the phone keeps freezing; it needs mending too.",
            ),
            (
                "还有，手机银行三天两头打不开。",
                "Also, the app fails to open every other day.",
            ),
        ),
    ),
    "staff_conduct": Words(
        openings=(
            (
                "%(date)s在%(branch)s，姓%(staff)s的那位把单子扔给我，让我自己看。",
                "On %(date)s at %(branch)s one %(staff)s threw the slip at me: read it.",
            ),
            (
                "四个窗口开一个，里面三个人在聊天，我们站了%(hours)s个小时。",
                "One window of four was open, three people chatted, and we stood %(hours)s hours.",
            ),
            (
                "我多问了一句，对方说“听不懂就叫你孩子来”。",
                "I asked once more and was told: “If you do not understand, send your children.”",
            ),
            (
                "电话里讲到一半，姓%(staff)s的直接把我挂了。",
                "Halfway through the call the one called %(staff)s hung up on me.",
            ),
            (
                "约好%(date)s下午，我请了假过去，人根本不在。",
                "We had an appointment on %(date)s; I took leave, and nobody was there.",
            ),
            (
                "当着一屋子人，把我账上有多少钱大声念了出来。",
                "My balance was read out aloud in front of a full room.",
            ),
            (
                "让我填表填错了三次，没有一次肯告诉我错在哪里。",
                "I was made to fill in a form three times and never told what was wrong.",
            ),
            (
                "保安说我穿成这样别往贵宾室走，经理在旁边笑。",
                "The guard said not to enter the lounge dressed like this; the manager smiled.",
            ),
        ),
        middles=(
            (
                "我要工号，捂着不给看。",
                "When I asked for a staff number, a hand went over the badge.",
            ),
            (
                "换一个人来，两分钟就办好了，可见不是规定的问题。",
                "A colleague did it in two minutes, so it cannot have been the rules.",
            ),
            (
                "我六十多岁的人了，没受过这种气。",
                "At past sixty I have not been treated like that before.",
            ),
            (
                "说我的材料不全，可那份材料就是他们自己打印的。",
                "My papers were incomplete, they said; they had printed those papers themselves.",
            ),
            (
                "找大堂经理，回我一句“月底忙，您理解一下”。",
                "The floor manager asked for my understanding: it was the end of the month.",
            ),
            (
                "最后事情没办成，来回跑了%(times)s趟。",
                "In the end nothing was done, and I had made the trip %(times)s times.",
            ),
        ),
        endings=(
            (
                "我不要钱，要一句道歉。",
                "I do not want money. I want an apology.",
            ),
            (
                "当天的录像你们自己调出来看。",
                "Watch the recording of that day yourselves.",
            ),
            (
                "请告诉我这个人后来怎么处理的。",
                "Please tell me what came of it for the person concerned.",
            ),
        ),
        asides=(
            (
                "还有，柜台那位说话实在不客气。",
                "Also, the person at the counter was anything but polite.",
            ),
            (
                "另外问了三个人，没有一个肯好好回答。",
                "Besides, I asked three people and not one would give a proper answer.",
            ),
        ),
    ),
    "misselling": Words(
        openings=(
            (
                "当时说跟存定期一样稳，现在少了%(amount)s。",
                "They said it was as safe as a deposit; now %(amount)s is missing.",
            ),
            (
                "我去存%(amount)s，出来的时候手里变成了一份三年的东西。",
                "I went to deposit %(amount)s and came out with something that runs three years.",
            ),
            (
                "姓%(staff)s的经理讲收益讲了半天，一个字没提会亏。",
                "A manager called %(staff)s talked of returns for an hour and never of losses.",
            ),
            (
                "%(date)s想把%(product)s取出来急用，才知道没到期不能动。",
                "On %(date)s I needed my %(product)s and learnt that it cannot be touched yet.",
            ),
            (
                "那几个问题是工作人员替我点的，点完我就成了“积极型”。",
                "The staff ticked the questions for me, and so I became an “adventurous” investor.",
            ),
            (
                "给我母亲办的，她七十多了，还以为是存单。",
                "You sold it to my mother; she is past seventy and takes it for a deposit.",
            ),
            (
                "答应得好好的年底给我%(amount)s，到日子一分没有。",
                "%(amount)s by the year's end was the promise; the day came, the money did not.",
            ),
            (
                "本来只想办张卡，被拉进小房间签了一堆字。",
                "I only wanted a card and ended in a small room signing a pile of papers.",
            ),
        ),
        middles=(
            (
                "签字的地方用铅笔画了圈，我照着圈签，没人念过一句。",
                "There were pencil circles where I had to sign; nobody read a line to me.",
            ),
            (
                "现在再去问，当时那个人已经调走了。",
                "When I ask today, the person in question has been moved elsewhere.",
            ),
            (
                "微信里的话我都留着，写得明明白白。",
                "I have kept the messages; they are as clear as can be.",
            ),
            (
                "说明书给的是电子版，二十几页，字小得看不清。",
                "The leaflet is a file of twenty pages in print too small to read.",
            ),
            (
                "我一年就这点积蓄，你们一句“市场有波动”就完了。",
                "These are my savings, and all I hear is that markets go up and down.",
            ),
            (
                "%(branch)s说录像只能总行看，总行说要找支行。",
                "%(branch)s says only head office may see the film, head office says the branch.",
            ),
        ),
        endings=(
            (
                "本金还给我，别的我不要了。",
                "Give me back what I put in; I ask for nothing else.",
            ),
            (
                "请调录音，听听当时是怎么讲的。",
                "Play the recording and hear what was said.",
            ),
            (
                "同样的话，现在还在对别的老人讲。",
                "The same is being said to other old people as I write.",
            ),
        ),
        asides=(
            (
                "另外那个理财，当初可不是这么说的。",
                "Besides, that investment is not what it was said to be.",
            ),
            (
                "还有，推荐的东西到现在还亏着。",
                "Also, what was recommended to me is still at a loss.",
            ),
        ),
    ),
    "loan_terms": Words(
        openings=(
            (
                "签的时候说月供一个数，%(date)s扣的是另一个数，多了%(amount)s。",
                "We agreed on one instalment; on %(date)s another was taken, %(amount)s more.",
            ),
            (
                "我想提前还，你们要我再交%(amount)s。",
                "I want to repay early, and you want another %(amount)s for that.",
            ),
            (
                "利率说是降了，怎么我的还是老样子？",
                "Rates have come down, they say. Why is mine what it was?",
            ),
            (
                "批下来的比说好的少一半，剩下的%(amount)s没影了。",
                "Half of what was agreed was approved; of the other %(amount)s there is no trace.",
            ),
            (
                "材料交了%(times)s回，每回都说还差一样。",
                "I have handed in my papers %(times)s times; each time one more is missing.",
            ),
            (
                "银行卡里明明够，还是算我晚了一天，罚了%(amount)s。",
                "There was enough on the account, yet I was a day late and fined %(amount)s.",
            ),
            (
                "说好一个星期出结果，现在第%(days)s天了，什么消息都没有。",
                "A week, they said. This is day %(days)s, and I have not heard a word.",
            ),
            (
                "%(product)s合同里夹了一份保险，我没要过。",
                "The contract of my %(product)s held an insurance policy that I never asked for.",
            ),
        ),
        middles=(
            (
                "问客户经理，让我看合同第几条第几款；我看不懂才问的。",
                "The manager quotes clause this and that; I ask because I cannot read it.",
            ),
            (
                "打电话给%(branch)s，说系统自动算的，改不了。",
                "%(branch)s says the system works it out and nobody can change it.",
            ),
            (
                "当时口头答应的，现在没人认。",
                "It was promised by word of mouth, and now nobody will own up to it.",
            ),
            (
                "我算了三遍，怎么算都对不上你们的数。",
                "I have done the sum three times and never get your figure.",
            ),
            (
                "房子那边等着付钱，拖一天是一天的违约金。",
                "The seller is waiting, and each day costs me a penalty.",
            ),
            (
                "同一天办的同事比我低，凭什么？",
                "A colleague who signed on the same day pays less. Why?",
            ),
        ),
        endings=(
            (
                "请把每一期怎么算的列给我。",
                "Please list how each instalment is worked out.",
            ),
            (
                "多收的退，少批的给个理由。",
                "Return what was too much, and give a reason for what was too little.",
            ),
            (
                "不行就早说不行，我好去别处。",
                "If it is no, say no early, so that I can go elsewhere.",
            ),
        ),
        asides=(
            (
                "另外每个月还的数，跟当初讲的也不一样。",
                "Besides, what I repay each month is not what was agreed either.",
            ),
            (
                "还有，想提前还一点，说还要交钱。",
                "Also, I want to repay a little early and am told that it costs extra.",
            ),
        ),
    ),
    "collection": Words(
        openings=(
            (
                "一天打%(times)s个电话，早上七点就开始。",
                "They ring %(times)s times a day, from seven in the morning.",
            ),
            (
                "电话打到我单位，同事全都知道了。",
                "They rang my workplace, and now all my colleagues know.",
            ),
            (
                "我只晚了几天，%(amount)s，用得着找到我父母家？",
                "I was a few days late with %(amount)s; was it needed to go to my parents?",
            ),
            (
                "%(date)s已经还了%(amount)s，电话照打。",
                "I paid %(amount)s on %(date)s and the calls go on.",
            ),
            (
                "你们要找的人不是我，这个号码我用了%(years)s年。",
                "I am not the person you want; this number has been mine for %(years)s years.",
            ),
            (
                "有人自称是你们的人，说再不给就上门。",
                "Somebody who claims to be from you says they will come to my door.",
            ),
            (
                "%(date)s跟姓%(staff)s的说好分三次，转头又换一个人来要全部。",
                "On %(date)s I agreed on three parts with one %(staff)s; the next wants it all.",
            ),
            (
                "短信里写着要起诉我，为的是%(amount)s。",
                "I have a text message that threatens me with court, over %(amount)s.",
            ),
        ),
        middles=(
            (
                "我不是不还，是工资晚发了。",
                "It is not that I will not pay; my wages came late.",
            ),
            (
                "说话很难听，我录了音。",
                "The language was foul, and I have recorded it.",
            ),
            (
                "问是哪家公司的，不说；问工号，挂了。",
                "Asked which firm, silence; asked for a staff number, the line went dead.",
            ),
            (
                "我妈心脏不好，接了那个电话一晚上没睡。",
                "My mother has a weak heart and did not sleep after that call.",
            ),
            (
                "打给%(branch)s，说外包的他们管不了。",
                "%(branch)s says it is a contractor and none of their doing.",
            ),
            (
                "我把回单发过去了，过了%(days)s天还说没收到。",
                "I sent the receipt; %(days)s days later they still have not got it.",
            ),
        ),
        endings=(
            (
                "别再打给别人，有事找我本人。",
                "Ring nobody else. If there is something, speak to me.",
            ),
            (
                "欠多少我认，骂人我不认。",
                "I own up to what I owe, but not to being sworn at.",
            ),
            (
                "请书面告诉我还差多少，到哪天为止。",
                "Please tell me in writing what is left to pay, and by when.",
            ),
        ),
        asides=(
            (
                "还有，催款电话打到了我家里人那儿。",
                "Also, somebody rang my family about money.",
            ),
            (
                "另外有个自称你们合作公司的，说话像要打架。",
                "Besides, a man from some partner of yours talks as if he wanted a fight.",
            ),
        ),
    ),
    "unwanted_marketing": Words(
        openings=(
            (
                "我早就说过别再打了，%(date)s又来一个。",
                "I said long ago that I want no calls; on %(date)s there was another.",
            ),
            (
                "一星期接了%(times)s个电话，都是问要不要办这办那。",
                "%(times)s calls in a week, all of them to offer me one thing or another.",
            ),
            (
                "刚存进去一笔钱，第二天就有人打来，你们怎么知道的？",
                "I had hardly paid money in when somebody rang. How do they know?",
            ),
            (
                "姓%(staff)s的加了我微信，一天发好几条。",
                "Somebody called %(staff)s has added me to a chat and writes several times a day.",
            ),
            (
                "开会的时候打，吃饭的时候打，晚上九点还打。",
                "They ring when I am in a meeting, at table, and at nine in the evening.",
            ),
            (
                "给我父亲推销，打了一下午，老人家差点就答应了。",
                "They worked on my father for an afternoon, and he nearly said yes.",
            ),
            (
                "我没同意过，勾是谁替我打的？",
                "I never agreed to this. Who ticked the box for me?",
            ),
            (
                "回复了退订，回复了两遍，短信照发。",
                "I answered STOP, twice, and the messages go on.",
            ),
        ),
        middles=(
            (
                "问号码哪来的，说是系统随机的。",
                "Asked where they got my number, they say: at random.",
            ),
            (
                "上次投诉，说已经加进名单，看来名单没人看。",
                "Last time I was told that I am on a list; nobody seems to read it.",
            ),
            (
                "我换了号，新号也接到了，这就有点吓人了。",
                "I changed my number and the new one rings too, which is a little frightening.",
            ),
            (
                "我说不需要，对方还要跟我讲%(times)s分钟。",
                "I said no, and had to listen for another %(times)s minutes.",
            ),
            (
                "%(branch)s说是总行的活动，总行说是支行的任务。",
                "%(branch)s calls it head office's campaign, head office the branch's target.",
            ),
            (
                "去办正事没人理，卖东西倒是很勤快。",
                "When I need something nobody is there; for selling there is always somebody.",
            ),
        ),
        endings=(
            (
                "把我的号码从所有名单里删掉，删完告诉我。",
                "Take my number off every list and tell me when it is done.",
            ),
            (
                "我的资料给过谁，请列出来。",
                "List to whom you have given my details.",
            ),
            (
                "再打一次，我就去监管那里说。",
                "One more call and I go to the regulator.",
            ),
        ),
        asides=(
            (
                "另外推销的电话能不能少一点。",
                "Besides, could there be fewer calls that try to sell me something.",
            ),
            (
                "还有，每天都收到你们的广告，烦。",
                "Also, your advertisements come every day, and they annoy me.",
            ),
        ),
    ),
    "account_restriction": Words(
        openings=(
            (
                "%(date)s去取钱，说我的%(product)s不能动了。",
                "On %(date)s I wanted cash and was told that my %(product)s may not be touched.",
            ),
            (
                "里面有%(amount)s，是我的工资，一分也取不出来。",
                "There is %(amount)s in it, my wages, and I cannot get a fen out.",
            ),
            (
                "没有任何通知，一觉醒来什么都用不了。",
                "Without a word of warning I woke up and nothing worked any more.",
            ),
            (
                "只准进不准出，我做小买卖的，货款%(amount)s压在里面。",
                "Money may go in and not out; I run a stall, and %(amount)s for goods is stuck.",
            ),
            (
                "说我交易异常，我给老人交个医药费怎么就异常了？",
                "My payments are “unusual”, it seems. It was a hospital bill for my parents.",
            ),
            (
                "身份证到期换了新的，你们这边还当我是旧的。",
                "My identity card was renewed, and here I am still the old one.",
            ),
            (
                "每天最多让我转五百，%(amount)s要转到什么时候？",
                "I may send 500 yuan a day. When will %(amount)s be through?",
            ),
            (
                "手机上提示“请携带证件到网点办理”，我在外地打工。",
                "My phone says to bring my papers to a branch. I work in another province.",
            ),
        ),
        middles=(
            (
                "到了%(branch)s，要我证明这钱是干什么用的。",
                "At %(branch)s I was to prove what the money is for.",
            ),
            (
                "问什么时候能好，说后台在审，审了%(days)s天。",
                "I asked when it ends; it is being checked, and has been for %(days)s days.",
            ),
            (
                "材料拍照发了，又说照片不清楚，要原件。",
                "I sent photographs; they are not clear, they say, bring the originals.",
            ),
            (
                "家里等着用钱，跟亲戚借了才过去的。",
                "We needed it at home and had to borrow from relatives.",
            ),
            (
                "打了%(times)s次热线，每个人说的原因都不一样。",
                "I rang the hotline %(times)s times and got as many reasons.",
            ),
            (
                "柜台的人说他也看不到是谁设的。",
                "The person at the counter cannot see who ordered it either.",
            ),
        ),
        endings=(
            (
                "要么放开，要么告诉我依据是什么。",
                "Open it, or tell me on what ground it is shut.",
            ),
            (
                "我自己的钱，什么时候能用？",
                "It is my own money. When can I use it?",
            ),
            (
                "需要什么材料，一次说全。",
                "Tell me once, and completely, what papers you need.",
            ),
        ),
        asides=(
            (
                "另外我的卡有时候会提示不能用，也没人解释。",
                "Besides, my card is refused now and then, and nobody explains it.",
            ),
            (
                "还有，每天能转的数一下子变小了。",
                "Also, the sum that I may send in a day has shrunk all at once.",
            ),
        ),
    ),
    "credit_record": Words(
        openings=(
            (
                "去别的银行买房，人家说我在你们这儿有一笔晚了。",
                "Another bank refused my mortgage: there is a late payment with you, they say.",
            ),
            (
                "报告上写着%(date)s没还，可我那天明明还了。",
                "My report says that I missed %(date)s, and I paid on that very day.",
            ),
            (
                "%(product)s三年前就结清了，记录上还挂着。",
                "My %(product)s was paid off three years ago and still stands in my record.",
            ),
            (
                "有一笔不是我借的，名字和证件号是我的。",
                "There is a loan under my name and number that I never took.",
            ),
            (
                "就因为年费没交几十块，给我记了一笔。",
                "For a few dozen yuan of a yearly charge I have been marked down.",
            ),
            (
                "我问了一次能不能借，就多了好几条查询。",
                "I asked once about borrowing, and there are several enquiries against me.",
            ),
            (
                "你们答应%(date)s之前改过来，我今天又打了一份，没变。",
                "You promised to mend it by %(date)s; I printed it again today and it is the same.",
            ),
            (
                "申请被拒，只说“综合评分不足”，不说哪里不足。",
                "I was refused because of an “overall score”; nobody says what is wrong with it.",
            ),
        ),
        middles=(
            (
                "还款的回单我都有，可以寄过来。",
                "I have all the receipts and can send them.",
            ),
            (
                "问%(branch)s，说要总行报；问总行，说要支行提。",
                "%(branch)s says head office must report it, head office that the branch must ask.",
            ),
            (
                "定金已经交了，贷不下来要赔人家。",
                "My deposit on the flat is paid; without the loan I lose it.",
            ),
            (
                "客服听了半天，问我是不是要办信用卡。",
                "The hotline listened for a while and then asked whether I wanted a card.",
            ),
            (
                "等了%(days)s天，只收到一条“正在核实”。",
                "In %(days)s days I have had one message: “being checked”.",
            ),
            (
                "那段时间是你们系统扣不了款，不是我没钱。",
                "At that time your system could not take the money; it was there.",
            ),
        ),
        endings=(
            (
                "该改的请尽快改，我等着用。",
                "Please mend what has to be mended, and soon: I need it.",
            ),
            (
                "给我一份书面的说明，我好拿去给人家看。",
                "Give me a letter that I can show them.",
            ),
            (
                "一个人的名声，不是你们想记就记的。",
                "A name is not something that you may write down as you like.",
            ),
        ),
        asides=(
            (
                "另外我的征信上好像也有一笔不对。",
                "Besides, there seems to be something wrong in my credit report too.",
            ),
            (
                "还有，查我记录的次数也太多了。",
                "Also, my record has been looked at far too often.",
            ),
        ),
    ),
    "face_login": Words(
        openings=(
            (
                "眨眼、点头、张嘴，做了%(times)s遍，还是说不是我本人。",
                "I blinked, nodded and opened my mouth %(times)s times, and still I am not myself.",
            ),
            (
                "自从%(date)s改了进门的办法，我就再也没进去过。",
                "Since the way in was changed on %(date)s I have not been in once.",
            ),
            (
                "我上了年纪，做过眼睛手术，摄像头认不出来。",
                "I am old and have had my eyes done; the camera does not know me.",
            ),
            (
                "以前输密码好好的，现在非要对着手机照，照了也不行。",
                "A password did well enough; now I must look into the phone, and that fails too.",
            ),
            (
                "试到第%(times)s次，说次数太多，把我锁到明天。",
                "At try number %(times)s it was too many, and I was locked out until tomorrow.",
            ),
            (
                "手机旧，前面那个镜头坏了，等于我没有银行了。",
                "My phone is old and its front lens is broken, so I no longer have a bank.",
            ),
            (
                "要交%(amount)s，在门外站了半个钟头，就是不认我这张脸。",
                "With %(amount)s to pay I spent half an hour outside: it will not have my face.",
            ),
            (
                "光线不足、光线太强、请正对屏幕，来来回回就这三句。",
                "Too dark, too bright, look straight ahead: those three, over and over.",
            ),
        ),
        middles=(
            (
                "问能不能还用密码，说新规定，没有别的办法。",
                "I asked for the password back: a new rule, there is no other way.",
            ),
            (
                "叫孙子帮我弄，认出来的是他。",
                "I asked my grandson to help, and it recognised him.",
            ),
            (
                "到%(branch)s排了%(hours)s个小时，让我回去把头发撩起来再试。",
                "After %(hours)s hours at %(branch)s I was told to go home and brush my hair back.",
            ),
            (
                "客服说从后台看我的账户一切正常。",
                "The hotline says that seen from there my account is in perfect order.",
            ),
            (
                "柜台的小姑娘拿我手机举了半天，也没成，还嫌我动。",
                "The girl at the counter held my phone up, failed, and blamed me for moving.",
            ),
            (
                "我在厂里上班，脸上有伤，难道要等伤好了才能用自己的钱？",
                "I work in a factory and my face is hurt; must it heal before I can use my money?",
            ),
        ),
        endings=(
            (
                "请把原来的办法还给我。",
                "Please give me back the way it was.",
            ),
            (
                "总得给认不出来的人留条路。",
                "There has to be a way for those whom it does not recognise.",
            ),
            (
                "我的照片存在你们哪里，也请讲清楚。",
                "And please say where you keep my picture.",
            ),
        ),
        asides=(
            (
                "另外每次都要对着手机照半天才进得去。",
                "Besides, I have to look into the phone for ages before it lets me in.",
            ),
            (
                "还有，那个点头眨眼的步骤能不能不要。",
                "Also, could I be spared the nodding and blinking.",
            ),
        ),
    ),
}
