"""What customers say about people, calls, and getting at their account."""

from __future__ import annotations

from casebank.data.complaint_words import Words

ACCESS: dict[str, Words] = {
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
