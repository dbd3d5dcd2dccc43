"""What customers say about money: charges, payments, sales, loans and records."""

from __future__ import annotations

from casebank.data.complaint_words import Words

MONEY: dict[str, Words] = {
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
}
