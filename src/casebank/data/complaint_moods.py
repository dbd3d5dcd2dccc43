"""What complaints of every cause share: how they begin and end by mood, and bare symptoms.

Pairs of Chinese and English as in :mod:`casebank.data.complaint_words`. A symptom says what a
customer notices and leaves the cause to whoever reads it.
"""

from __future__ import annotations

from casebank.data.complaint_words import Pair


def _pairs(text: str) -> tuple[Pair, ...]:
    words = (word.split() for word in text.split("|"))
    return tuple((zh, en) for zh, en in words)


MOODS = ("angry", "tired", "polite", "ironic")
LEADS: dict[str, tuple[Pair, ...]] = {
    "angry": (
        ("我真是忍不了了。", "This is the end of my patience."),
        ("你们到底管不管？", "Does anybody there care at all?"),
        ("写这个的时候我手都在抖。", "My hand shakes as I write this."),
        ("我这辈子头一回投诉，是你们逼的。", "I have never complained before; you drove me to it."),
        (
            "%(years)s年的老客户，就换来这个。",
            "%(years)s years a customer, and this is what I get.",
        ),
    ),
    "tired": (
        ("同样的话我已经讲了%(times)s遍。", "I have told this story %(times)s times."),
        ("本来不想写，实在没有别的办法。", "I did not want to write; there is no other way left."),
        ("为这事我请了两次假。", "I have taken two days off for this."),
        ("一件小事，拖到今天。", "It is a small matter, dragged out until today."),
        (
            "没力气吵了，只把经过写一遍。",
            "I am too tired to quarrel and only write down what happened.",
        ),
    ),
    "polite": (
        ("您好，麻烦帮忙看一下。", "Good day, could you please look into something."),
        (
            "在贵行%(years)s年了，一直挺满意，这次想反映一件事。",
            "With you for %(years)s years and content on the whole, I have to raise one thing.",
        ),
        ("打扰了，情况是这样的。", "Sorry to trouble you; this is how it is."),
        ("你们也辛苦，但这件事请务必看看。", "I know that you work hard, but please look at this."),
        ("我替家里人写的。", "I write on behalf of my family."),
    ),
    "ironic": (
        ("恭喜贵行，又让我长了见识。", "My compliments: I have learnt something again."),
        (
            "你们的广告说“用心服务”，我体会到了。",
            "“Service from the heart”, says your advertisement. I have felt it.",
        ),
        ("先夸一句：大厅的冷气很足。", "Let me begin with praise: the hall is nicely cool."),
        (
            "可能是我太闲，才有空跟银行打交道。",
            "I must have too much time, to have dealings with a bank.",
        ),
        (
            "这年头办自己的事还要求人，挺好。",
            "How good that one has to beg for one's own affairs.",
        ),
    ),
}
ENDINGS: dict[str, tuple[Pair, ...]] = {
    "angry": (
        ("三天之内不给答复，我就打12378。", "No answer in three days and I ring 12378."),
        ("别再拿“正在处理”糊弄我。", "Do not fob me off with “being processed”."),
        ("这事没完！", "This is not over!"),
        ("谁负责，让谁给我打电话！", "Whoever is responsible, have them ring me!"),
        ("再这样我就把钱全取走。", "Once more, and I take all my money out."),
        ("我要一个说法，不要短信。", "I want an answer, and not a text message."),
    ),
    "tired": (
        (
            "能解决就解决，解决不了也告诉我一声。",
            "Solve it if you can, and tell me if you cannot.",
        ),
        ("我只想这件事有个头。", "I only want it to come to an end."),
        ("不指望什么了，记下来就行。", "I expect nothing any more; just write it down."),
        ("别再让我跑一趟了。", "Do not make me come once more."),
        ("等你们电话，白天晚上都行。", "I wait for your call, day or night."),
        ("麻烦这次别再转来转去。", "Please do not pass it around this time."),
    ),
    "polite": (
        ("请尽快回复，谢谢。", "Please reply soon, thank you."),
        ("给您添麻烦了，等您消息。", "I am sorry for the trouble and wait for your word."),
        ("希望能改进，我以后还愿意来。", "I hope it can be improved; I should like to come again."),
        ("如果是我弄错了，也请告诉我。", "If the mistake is mine, please tell me so."),
        ("辛苦了，盼复。", "With thanks for your work, I await your reply."),
        ("方便的时候请回个电话。", "Please ring me when it suits."),
    ),
    "ironic": (
        ("不急，反正等的是我。", "No hurry; it is only I who wait."),
        ("期待下一份满意度问卷。", "I look forward to your next satisfaction survey."),
        ("欢迎把这条也编进“优秀案例”。", "Do put this one among your model cases."),
        ("祝你们年底拿奖。", "May you win a prize at the end of the year."),
        ("要不要我给你们写份说明书？", "Shall I write a manual for you?"),
        ("幸好我还认识别的银行。", "Luckily I know other banks."),
    ),
}
# Said by those who had complained not long before.
REPEATS: tuple[Pair, ...] = (
    ("前阵子已经投诉过一回，这是第二回。", "I complained not long ago; this is the second time."),
    ("上次的事刚完，又来了。", "The last matter is hardly over, and here is the next."),
    ("你们那里应该有我的记录，我又来了。", "You should have me on file: here I am again."),
    ("一而再，再而三。", "First once, then twice, and now again."),
)
# Group -> (openings, middles).
SYMPTOMS: dict[str, tuple[tuple[Pair, ...], tuple[Pair, ...]]] = {
    "access": (
        (
            ("从%(date)s起我就用不了自己的钱。", "Since %(date)s I cannot use my own money."),
            (
                "按下去没反应，也不说为什么。",
                "I press it and nothing happens, and nobody says why.",
            ),
            ("别人都行，就我不行。", "It works for everybody else and not for me."),
            ("要办的事卡在第一步。", "What I want to do gets stuck at the first step."),
            (
                "在%(street)s试了，在家里也试了，都是同一句话。",
                "I tried near %(street)s and I tried at home; it is the same line each time.",
            ),
            ("站在店里付不出钱，脸都丢光了。", "I stood in a shop unable to pay, and was ashamed."),
        ),
        (
            ("换了时间、换了地方，结果一样。", "Another hour, another place, the same result."),
            (
                "问了%(times)s个人，各说各的。",
                "I asked %(times)s people and heard as many stories.",
            ),
            (
                "手机让我去网点，网点让我看手机。",
                "The phone sends me to the branch, and the branch to the phone.",
            ),
            ("前前后后耽误了%(hours)s个小时。", "All in all it has cost me %(hours)s hours."),
            (
                "家里等着用钱，等了%(days)s天。",
                "We need it at home, and have waited %(days)s days.",
            ),
        ),
    ),
    "money": (
        (
            ("账不对，差了%(amount)s。", "My account is wrong by %(amount)s."),
            ("%(date)s那一笔我看不懂。", "I do not understand the item of %(date)s."),
            ("我算来算去，跟你们的数对不上。", "However I reckon, I do not get your figure."),
            (
                "%(amount)s没了，没人说得出去了哪里。",
                "%(amount)s is gone and nobody can say where.",
            ),
            (
                "%(product)s的余额跟我想的不一样，从%(date)s开始的。",
                "Since %(date)s my %(product)s has not been what I expected.",
            ),
            ("同一笔，两边两个说法。", "It is one item, and there are two stories about it."),
        ),
        (
            (
                "流水打出来%(times)s页，没有一行写得明白。",
                "I printed %(times)s pages; none is clear.",
            ),
            (
                "客服让我等，网点让我问客服。",
                "The hotline tells me to wait, the branch to ask the hotline.",
            ),
            ("多少不论，我要弄明白。", "Whether it is much or little, I want to understand it."),
            ("截图有，单子也有。", "I have pictures, and I have slips."),
            ("过去%(days)s天了，没人来电话。", "%(days)s days have gone by and nobody has rung."),
        ),
    ),
    "promise": (
        (
            (
                "说的是一回事，办的是另一回事。",
                "What was said is one thing, what was done another.",
            ),
            ("当初答应我的，现在没人认。", "What I was promised nobody will own up to now."),
            ("%(date)s谈好的，今天全变了。", "What we agreed on %(date)s is all different today."),
            (
                "没给我时间看，就说没问题。",
                "I was given no time to read and told that it was fine.",
            ),
            (
                "我问得很清楚，对方答得也很清楚，结果不是那样。",
                "I asked clearly and was answered clearly, and it was not so.",
            ),
            (
                "再找姓%(staff)s的那位，说已经不在这儿了。",
                "When I ask for the one called %(staff)s, they are no longer here.",
            ),
        ),
        (
            ("纸上写的和嘴上说的差得太远。", "What is on paper is far from what was said."),
            ("姓%(staff)s的那位让我放心。", "Somebody called %(staff)s told me not to worry."),
            (
                "%(branch)s推给总行，总行又推回来。",
                "%(branch)s points to head office, and head office points back.",
            ),
            ("来来回回跑了%(times)s趟。", "I have been there %(times)s times."),
            (
                "我不懂这些，才找你们。",
                "I know nothing of these things; that is why I came to you.",
            ),
        ),
    ),
    "calls": (
        (
            ("电话又来了，还是那一套。", "They rang again, with the same old words."),
            ("%(date)s一天就有%(times)s个。", "On %(date)s there were %(times)s in a day."),
            ("我说了不要再打。", "I said not to ring again."),
            ("那个口气，像是我欠了谁的。", "The tone is as if I owed somebody something."),
            ("连家里人也不放过。", "Not even my family is spared."),
            ("一接起来就报我的名字和住址。", "I pick up and hear my own name and address."),
        ),
        (
            ("问是谁让打的，答不上来。", "Asked who ordered it, they have no answer."),
            ("拉黑一个，又来一个新号。", "I block one and the next number rings."),
            ("我上夜班，白天要睡觉。", "I work at night and sleep by day."),
            ("跟%(branch)s说过，没用。", "I told %(branch)s, to no avail."),
            (
                "每次都说是最后一次，已经%(times)s次了。",
                "Each is the last; there have been %(times)s.",
            ),
        ),
    ),
}
GROUP = {
    "fee": "money",
    "unrecognised_payment": "money",
    "transfer_delay": "money",
    "app_failure": "access",
    "account_restriction": "access",
    "face_login": "access",
    "staff_conduct": "promise",
    "misselling": "promise",
    "loan_terms": "promise",
    "credit_record": "promise",
    "collection": "calls",
    "unwanted_marketing": "calls",
}
# Slips of the pen, tried in turn from a place that the luck of the complaint sets.
SLIPS_ZH: tuple[Pair, ...] = (
    ("账", "帐"),
    ("什么", "啥"),
    ("怎么", "咋"),
    ("，", " "),
    ("。", "。。。"),
    ("客服", "克服"),
    ("银行", "银航"),
    ("已经", "以经"),
    ("知道", "晓得"),
    ("没有", "木有"),
    ("明明", "明明明明"),
    ("不是", "不事"),
    ("再", "在"),
    ("，", "，，"),
    ("的", "的的"),
    ("一直", "一只"),
    ("。", " "),
    ("说", "讲"),
)
SLIPS_EN: tuple[Pair, ...] = (
    ("account", "acount"),
    (" the ", " teh "),
    ("cannot", "cant"),
    (", ", " "),
    (". ", "... "),
    ("do not", "dont"),
    (" and ", " and and "),
    ("nobody", "noone"),
    ("again", "agian"),
    (" I ", " i "),
    ("money", "moeny"),
    ("is not", "isnt"),
    (" have ", " hav "),
    (", ", ",, "),
    ("because", "becuase"),
    (" you ", " u "),
    (". ", " "),
    ("their", "there"),
)
# Ways to give one's particulars away, by kind.
PLANTED: dict[str, tuple[Pair, ...]] = {
    "mobile": (
        ("我的手机是%s，请打这个号。", "My mobile is %s; please use that number."),
        ("联系电话%s。", "Telephone %s."),
        ("有事打%s，微信同号。", "Ring %s if there is anything; the chat has the same number."),
    ),
    "id": (
        ("身份证号%s。", "My identity card is %s."),
        ("本人身份证%s，可以核对。", "You may check by my identity number, %s."),
    ),
    "card": (
        ("卡号是%s。", "The card number is %s."),
        ("就是尾号对不上的这张%s。", "It is this card: %s."),
    ),
    "email": (
        ("结果请发到%s。", "Please send the result to %s."),
        ("邮箱%s。", "E-mail: %s."),
    ),
    "name": (
        ("我叫%s。", "My name is %s."),
        ("户主是%s。", "The account holder is %s."),
    ),
}
SURNAMES: tuple[Pair, ...] = _pairs(
    "王 Wang|李 Li|张 Zhang|刘 Liu|陈 Chen|杨 Yang|赵 Zhao|黄 Huang|周 Zhou|吴 Wu|徐 Xu|孙 Sun"
    "|胡 Hu|朱 Zhu|高 Gao|林 Lin|何 He|郭 Guo|马 Ma|罗 Luo|梁 Liang|宋 Song|郑 Zheng|谢 Xie"
)
GIVEN: tuple[Pair, ...] = _pairs(
    "秀英 Xiuying|伟 Wei|芳 Fang|建国 Jianguo|敏 Min|静 Jing|丽华 Lihua|强 Qiang|磊 Lei|洋 Yang"
    "|艳 Yan|勇 Yong|桂兰 Guilan|军 Jun|杰 Jie|娟 Juan|涛 Tao|明 Ming|超 Chao|玉珍 Yuzhen"
    "|志刚 Zhigang|霞 Xia|平 Ping|婷婷 Tingting|宇轩 Yuxuan|春梅 Chunmei|海燕 Haiyan|鹏 Peng"
)
# By sub-branch: its name, and streets around it.
PLACES: tuple[tuple[Pair, tuple[Pair, ...]], ...] = (
    (
        ("河西支行", "the Hexi branch"),
        (("江滨路", "Jiangbin Road"), ("商务街", "Shangwu Street"), ("云杉路", "Yunshan Road")),
    ),
    (
        ("城南支行", "the Chengnan branch"),
        (("鼓楼街", "Gulou Street"), ("老菜场", "the old market"), ("南门口", "the South Gate")),
    ),
    (
        ("港口支行", "the Harbour branch"),
        (("货运路", "Huoyun Road"), ("批发市场", "the wholesale market"), ("码头", "the quay")),
    ),
    (
        ("大学路支行", "the University Road branch"),
        (("学府街", "Xuefu Street"), ("北校门", "the North Gate"), ("书店巷", "Bookshop Lane")),
    ),
    (
        ("东湖支行", "the East Lake branch"),
        (("湖畔路", "Hupan Road"), ("新苑小区", "Xinyuan Estate"), ("地铁口", "the metro exit")),
    ),
)
PRODUCT_WORDS: tuple[Pair, ...] = (
    ("活期账户", "current account"),
    ("储蓄账户", "savings account"),
    ("定期存款", "term deposit"),
    ("基金", "fund"),
    ("信用卡", "credit card"),
    ("消费贷款", "consumer loan"),
    ("房贷", "mortgage"),
)
NO_PRODUCT: Pair = ("账户", "account")
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
