//! Which reading of the bytes is the most probable text?
//!
//! A character costs the more bits the rarer it is in Chinese, Japanese and Korean writing ([`Costs`]); a byte that the encoding
//! cannot explain costs the most. The cheapest reading wins, and the distance to the next says how certain that is. Text that is
//! read in a wrong encoding consists of rare characters, so eight Han characters nearly always suffice.

use super::super::lines::unspaced;
use super::{Piece, control, letters, pieces};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use std::sync::OnceLock;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// What detection found.
pub(super) struct Guess {
    pub(super) encoding: &'static Encoding,
    pub(super) certain: bool,
}

/// Most bits for a character that stood in the text before.
const AGAIN: i64 = 6;
/// How many bytes are looked at: enough for any decision.
const SAMPLE: usize = 64 << 10;
/// Bits by which the best reading must beat the next to be certain.
const MARGIN: i64 = 12;
/// The same, of readings in alphabets.
const SURE: i64 = 14;
/// Bits for a small letter right beside a character of East Asia, where an alphabet is the rival.
const BESIDE: i64 = 6;
/// Bits for a sequence that the encoding cannot explain.
const MALFORMED: i64 = 28;

/// The most probable encoding; none if the bytes are not text.
pub(super) fn detect(bytes: &[u8]) -> Option<Guess> {
    // What comes before the first byte that tells encodings apart is ASCII (or its UTF-16), so any even offset before it is
    // the beginning of a character.
    let telling = bytes.iter().position(|&b| b >= 0x80 || control(b)).unwrap_or(0);
    let start = telling.saturating_sub(64) & !1;
    let sample = &bytes[start..bytes.len().min(start + SAMPLE)];
    let last = start + sample.len() == bytes.len();

    let mut candidates = vec![UTF_8, GB18030, BIG5, SHIFT_JIS, EUC_KR, EUC_JP, UTF_16LE, UTF_16BE];
    if sample.contains(&0x1B) {
        candidates.push(ISO_2022_JP);
    }
    let mut readings: Vec<Reading> = candidates.iter().map(|&encoding| Reading::of(encoding, sample, last)).collect();
    readings.sort_by_key(|reading| reading.bits);
    // Valid UTF-8 is believed unless another reading is far better, and ASCII even more.
    let believed = if bytes.is_ascii() { 3 * MARGIN } else { MARGIN };
    if std::str::from_utf8(bytes).is_ok()
        && let Some(at) = readings.iter().position(|reading| reading.encoding == UTF_8)
        && readings[at].bits - readings[0].bits < believed * UNIT
        && !readings[at].is_noise(3)
    {
        return Some(Guess { encoding: UTF_8, certain: bytes.is_ascii() || readings[at].bits <= readings[0].bits });
    }
    let best = readings.first()?;
    // By how much an alphabet is worse, if it may be one.
    let mut worse = i64::MAX;
    if !sample.contains(&0)
        && let piece = &sample[..sample.len().min(letters::SAMPLE)]
        && let Some(letters) = letters::best(piece)
        && letters.odd * 8 <= letters.chars
    {
        // What has been said before is cheap there, but not in an alphabet: both are asked for the full price.
        let full = |reading: &Reading| {
            if piece.len() == sample.len() { reading.full } else { Reading::of(reading.encoding, piece, false).full }
        };
        let rival = readings.iter().map(full).min().unwrap_or(i64::MAX);
        let margin = rival - letters.bits;
        if margin > 0 {
            let certain = margin >= MARGIN * UNIT && letters.margin >= SURE * UNIT;
            return Some(Guess { encoding: letters.encoding, certain });
        }
        worse = -margin;
    }
    if best.is_noise(8) {
        return None;
    }
    // Another encoding that gives the very same characters is no rival.
    let rival = readings.iter().skip(1).find(|reading| reading.sum != best.sum);
    let margin = rival.map_or(i64::MAX, |rival| rival.bits - best.bits).min(worse);
    Some(Guess { encoding: best.encoding, certain: margin >= MARGIN * UNIT })
}

/// The encoding of the lines `other` of a file whose lines `utf8` are UTF-8, if that explains both better than one encoding for all.
pub(super) fn second(utf8: &[u8], other: &[u8]) -> Option<&'static Encoding> {
    let guess = detect(other).filter(|guess| guess.encoding != UTF_8 && !WIDE.contains(&guess.encoding))?;
    let bits = |encoding: &'static Encoding, bytes: &[u8]| Reading::of(encoding, bytes, true).bits;
    let two = bits(UTF_8, utf8) + bits(guess.encoding, other) + 2 * MARGIN * UNIT;
    let one = [guess.encoding, UTF_8].map(|encoding| bits(encoding, utf8) + bits(encoding, other)).into_iter().min()?;
    (two < one).then_some(guess.encoding)
}

/// Encodings in which a line feed is no byte.
const WIDE: [&Encoding; 2] = [UTF_16LE, UTF_16BE];

/// One candidate's reading of the sample.
struct Reading {
    encoding: &'static Encoding,
    /// Its cost, in units of 1/[`UNIT`] bit.
    bits: i64,
    /// Its cost, if nothing were cheaper the second time.
    full: i64,
    /// Sequences it cannot explain.
    malformed: usize,
    /// Characters.
    chars: usize,
    /// Characters that no text has: controls, unassigned and private code points.
    odd: usize,
    /// A sum over the characters, to know equal readings by.
    sum: u64,
}

impl Reading {
    fn of(encoding: &'static Encoding, sample: &[u8], last: bool) -> Reading {
        let costs = Costs::get();
        let mut reading = Reading { encoding, bits: 0, full: 0, malformed: 0, chars: 0, odd: 0, sum: 0 };
        let (mut before, mut run) = (Script::Common, 0_usize);
        let (mut small_before, mut wide_before) = (false, false);
        let wide = WIDE.contains(&encoding);
        let mut count = [0_i64; 8];
        let mut seen = vec![0_u64; 0x1_0000 / 64];
        pieces(encoding, sample, last, |piece| {
            match piece {
                Piece::Malformed(_) => {
                    reading.malformed += 1;
                    reading.bits += MALFORMED * UNIT;
                    reading.full += MALFORMED * UNIT;
                }
                Piece::Text(text) => {
                    for c in text.chars() {
                        let (cost, script) = costs.of(c);
                        reading.chars += 1;
                        run = if script == Script::Hangul { run + 1 } else { 0 };
                        // A character that stood here before proves little the second time.
                        let code = u32::from(c) as usize;
                        let again = seen.get_mut(code / 64).is_some_and(|word| {
                            let bit = 1 << (code % 64);
                            let again = *word & bit != 0;
                            *word |= bit;
                            again
                        });
                        // ASCII, which is not discounted, must not become cheap by being read in pairs.
                        let price = i64::from(cost) + before.then(script) + bias(encoding, script, c, run) * UNIT;
                        // Between small letters an accent is likelier than a word of one character.
                        let small = c.is_ascii_lowercase();
                        let beside = (small && wide_before) || (small_before && script != Script::Common);
                        reading.full += price + if beside { BESIDE * UNIT } else { 0 };
                        (small_before, wide_before) = (small, script != Script::Common);
                        if again && script != Script::Common && !wide {
                            reading.bits += i64::from(cost).min(AGAIN * UNIT);
                        } else {
                            reading.bits += price;
                        }
                        count[script as usize] += 1;
                        if cost >= ODD {
                            reading.odd += 1;
                        }
                        if script != Script::Common {
                            before = script;
                        }
                        reading.sum = reading.sum.wrapping_mul(0x100_0000_01B3).wrapping_add(u64::from(u32::from(c)));
                    }
                }
            }
            true
        });
        // Japanese is never without kana for long.
        let (han, kana) = (count[Script::Han as usize], count[Script::Kana as usize]);
        if JAPANESE.contains(&encoding) && kana * 4 < han {
            reading.bits += (han - kana * 4) * UNIT;
        }
        reading
    }

    /// True if more than one character in `share` is none.
    fn is_noise(&self, share: usize) -> bool {
        (self.malformed + self.odd) * share > self.chars + self.malformed
    }
}

/// The encodings that only Japanese is written in.
const JAPANESE: [&Encoding; 3] = [SHIFT_JIS, EUC_JP, ISO_2022_JP];

/// What `c` costs in this encoding beyond its own cost, in bits: each of them serves one language. `run` is the number
/// of syllables of Hangul in a row, `c` included.
fn bias(encoding: &'static Encoding, script: Script, c: char, run: usize) -> i64 {
    let chinese = encoding == GB18030 || encoding == BIG5;
    let korean = encoding == EUC_KR;
    match script {
        Script::Kana if chinese || korean => 4,
        Script::Han if korean => 3,
        // A Korean word is short.
        Script::Hangul if run > 6 => 2,
        Script::Other if chinese || korean || JAPANESE.contains(&encoding) => 6,
        // Korean has the punctuation of ASCII.
        Script::Common if korean && matches!(c, '，' | '。' | '、' | '；' | '：' | '（' | '）' | '《' | '》') => 5,
        _ => 0,
    }
}

/// Costs are counted in quarters of a bit.
const UNIT: i64 = 4;
/// From this cost on a character is one that no text has.
const ODD: u8 = 20 * 4;

/// The scripts that seldom stand side by side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Common,
    Han,
    Kana,
    HalfKana,
    Hangul,
    Latin1,
    Other,
}

impl Script {
    /// What it costs, beyond the characters themselves, that `next` follows.
    fn then(self, next: Script) -> i64 {
        use Script::{Common, Han, Kana};
        let bits = match (self, next) {
            (_, Common) | (Common, _) => 0,
            (a, b) if a == b => 0,
            (Han, Kana) | (Kana, Han) => 0,
            _ => 5,
        };
        bits * UNIT
    }
}

/// What a character costs: the negative logarithm of its probability, roughly.
///
/// Three tiers of Han and Hangul come from the standards themselves, which put frequent characters first (GB 2312, Big5,
/// JIS X 0208, KS X 1001); over them lie short lists of the most frequent ones.
struct Costs {
    /// For every character of the basic plane.
    plane: Vec<u8>,
}

/// Frequent simplified characters, most frequent first.
const SIMPLIFIED: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里 \
    用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实 \
    日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政 \
    美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员 \
    解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件 \
    计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象 \
    完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔影响城每 \
    息随转六深离准组织级华党州县村镇街乡委省际究查构专备商调节约证支持续推协议技布参改造流型项服志愿群众 \
    层居环境创施宣讲培训健康医疗疫防控积雪冰寒温暖风雨灾害救助集局根半连围拿办房速飞器包花收火养视亲谁八 \
    九七林石易早念千百周站语步土单始够首请较装快片断怎哪故轻功费英图研需坚历史吃红青黑阳阴照护士极友帮划 \
    企农具源复育满列份增未率验称选标存写油往致越属角广元客底容江河湖黄陈李刘杨吴赵孙徐胡朱郭罗梁宋郑谢韩 \
    唐冯董萧曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范姚谭廖邹熊陆郝孔崔毛邱秦顾侯邵孟龙段 \
    雷钱汤考阶谈拥守尽初势待示显块屋密游戏值模精细菜药热病急苦乐笑哭爱喜欢恋怕惊悲愁梦睡醒晚夜晨午春秋冬 \
    季父母兄弟姐妹叔伯爷奶夫妻孩童男婚礼俗宗族祖坟庙佛寺僧堂鼓楼台亭阁桥渡船车港航铁轨货邮票箱饭米粉肉鱼 \
    鸡鸭鹅蛋茶酒糖盐醋酱葱蒜椒豆瓜桃杏梨枣桔橙柑苹葡萄草木竹松柏柳梅兰菊荷莲树枝茎衣裤裙帽鞋袜丝棉麻皮革 \
    针线缝纫染剪裁床桌椅凳柜盒盘碗筷勺刀叉锅炉灶灯烛镜梳毯枕帘窗墙壁顶瓦左右旁侧落端尖圆状弧曲斜横竖粗厚 \
    薄宽窄短矮胖瘦软硬干湿冷冻凉爽烫烧煮炒蒸炸烤烘焙腌泡洗刷索引词搜库储配置版默启停止执操网络返错误异函 \
    例码编译试测署升恢迁移锁阻塞延迟吞吐监警询句键唯束触缓磁录径限户登授章页脚注释附阅链载卸修订删除添插 \
    替换拖拽击择消输隐藏符串整浮枚举联递归循判跳静态私继承抽泛板迭优估算价谓聚排序哈希散嵌套扫描滤投偏批 \
    素团股责财审税额款账银贷债券融险赔偿付涨跌幅赛球练冠亚奖杯牌胜负馆跑远泳乒乓羽篮足棋拳摔柔刑诉讼案辩 \
    律官检察罪犯嫌疑拘留逮捕侦破盗窃诈骗抢劫杀伤毒赌博贪污贿渎职飘洒览预抓促铲锹畅绿涌榜敬奉献互馨邻睦谐 \
    幸福丽振兴播割粮食渔牧副耕灌溉肥料虫畜禽殖鲜蔬园艺室棚架采摘旅景宿餐饮啊埃哎哀碍按暗岸昂奥澳巴拔坝霸 \
    罢爸摆拜班搬般颁扮伴瓣邦绑棒胞雹饱宝抱暴豹爆碑卑背贝倍奔鼻碧毕币闭辟避鞭贬辨辫遍宾滨兵饼波玻补埠擦猜 \
    材彩踩蚕残惭惨灿苍舱仓糙槽策拆柴缠阐颤昌尝肠厂敞唱超抄钞潮巢吵彻尘沉趁衬撑呈乘惩诚池匙齿赤翅充冲崇酬 \
    筹仇丑臭厨楚础穿喘疮闯吹炊锤垂唇纯蠢瓷辞慈刺赐聪匆凑催脆翠挫搭答袋担丹胆旦淡诞弹挡荡档岛捣倒稻悼堤滴 \
    敌笛抵蒂颠垫殿店惦雕掉吊钓爹蝶叠丢懂栋洞抖斗督独读堵睹肚锻堆吨蹲敦盾顿夺躲朵堕俄恶饿恩耳伐乏罚帆番翻 \
    繁烦贩芳妨仿访纺沸废肺吩纷奋愤粪丰封枫蜂峰锋疯逢讽凤否敷肤扶伏抚辅腐赴覆赋腹富妇缚盖概甘杆肝赶敢刚钢 \
    纲岗搞稿歌搁隔跟攻供宫恭巩贡勾沟狗购孤姑古骨谷固雇挂怪贯惯龟鬼贵桂跪滚棍裹含喊汉汗旱焊毫豪耗喝核痕恨 \
    恒衡轰宏洪虹猴呼忽壶糊虎哗滑猾怀淮坏患焕唤荒慌皇煌灰挥辉悔毁惠慧混魂伙获惑霍饥迹激绩吉疾挤脊济寄寂辑 \
    籍夹佳嘉甲钾假稼驾嫁歼肩艰兼拣简碱减荐鉴贱箭溅渐践僵疆浆降匠郊骄娇浇胶焦绞缴狡轿揭杰洁捷截竭戒届借巾 \
    斤筋紧锦仅谨禁晋近浸劲鲸睛晶颈净竟竞纠久灸旧舅矩巨拒距剧惧锯卷倦绢掘绝均菌俊峻骏卡慨刊堪砍慷扛抗炕靠 \
    颗棵壳咳渴课肯垦恳坑恐扣枯酷夸垮跨狂矿框旷况亏葵愧昆捆困扩阔括垃喇蜡辣赖栏拦蓝懒烂滥郎狼廊朗浪捞劳牢 \
    姥涝泪累厘狸犁黎璃厉励栗粒隶俩廉怜炼良粱辆亮谅辽僚裂烈劣猎临淋琳磷灵铃零岭令另溜榴聋笼隆垄拢漏芦虏鲁 \
    露鹿驴铝履屡缕虑卵乱掠略轮伦萝螺逻锣箩骡骆妈蚂骂嘛吗埋买麦卖迈脉馒蛮慢漫忙盲茫猫矛茂冒貌贸玫眉煤霉闷 \
    盟猛蒙迷谜眯秘蜜免勉苗秒妙灭敏鸣铭摸摹膜摩磨魔抹末沫莫墨漠陌谋某亩牡姆拇墓幕慕暮穆纳娜耐囊恼闹脑嫩泥 \
    拟逆匿腻娘酿鸟捏您宁凝扭纽浓弄奴努怒挪诺哦欧呕偶爬帕拍徘派攀盼畔叛庞抛炮袍陪佩盆喷朋蓬膨捧碰披劈疲脾 \
    匹篇撇拼贫频凭瓶评屏坡泼颇迫魄剖扑铺朴普谱曝瀑欺漆齐奇骑旗岂汽泣契砌恰洽铅谦签钳潜浅遣欠歉枪腔悄敲瞧 \
    巧翘茄钦侵琴勤倾氢晴庆穷丘趋驱屈渠娶趣圈泉犬劝缺雀鹊燃嚷饶扰绕惹仁忍刃扔仍溶熔荣绒冗揉乳辱锐瑞润若弱 \
    撒萨伞桑丧嫂森沙纱傻啥筛晒闪陕扇善擅赏尚裳稍梢绍哨舌蛇舍射涉摄申伸绅婶肾渗慎绳圣盛剩尸失狮诗蚀矢驶饰 \
    柿逝誓寿售兽殊舒疏熟暑薯鼠述恕耍衰甩帅拴霜顺瞬舜烁撕似伺饲耸送颂艘肃塑溯酸虽岁碎穗隧损笋缩琐塌塔踏胎 \
    抬泰摊滩坛痰潭坦叹炭探塘躺趟涛掏滔逃陶淘讨疼腾梯踢蹄剃屉填甜挑贴厅廷挺艇桐铜桶筒痛偷透秃突徒涂途屠兔 \
    退托脱驼妥拓挖娃歪弯湾丸玩顽挽亡忘旺危威微违维伟伪尾纬味畏胃喂慰蚊闻吻稳翁窝沃卧握乌呜诬武舞伍侮悟雾 \
    吸析牺悉惜稀溪锡熄膝习席袭隙虾瞎峡狭霞吓仙掀纤闲贤弦咸衔宪陷香厢镶详祥享巷橡宵销晓孝校效歇邪胁携泄泻 \
    屑械欣辛薪星腥姓凶胸雄休羞朽秀绣袖虚须叙绪絮蓄悬旋玄穴血勋寻巡讯迅押鸦牙芽崖涯哑雅咽烟淹严言岩沿炎颜 \
    掩演厌宴艳焰雁燕央扬羊洋仰氧痒腰邀摇遥窑咬耀野液依伊遗仪宜乙蚁倚亿忆亦役抑益谊毅翼姻音印婴樱鹰迎盈营 \
    蝇赢映哟永咏勇忧悠尤犹幼诱予娱愉愚宇玉郁狱浴域欲御裕遇愈誉援缘怨岳悦跃云匀允晕韵蕴杂栽宰咱暂赞脏葬遭 \
    澡藻燥躁泽贼赠扎渣闸眨榨宅寨沾粘斩盏崭占湛彰掌丈仗帐胀障招找召兆罩遮折哲浙珍诊阵震征挣睁症汁芝肢脂侄 \
    植旨址纸质秩智忠终肿仲舟洲粥轴宙皱骤株珠诸猪蛛逐嘱驻柱祝著筑铸爪砖赚庄桩壮撞追捉浊啄仔姿滋紫字综棕踪 \
    纵奏租钻嘴醉尊遵昨坐座压簇宕";
/// Pairs of a simplified character and its traditional form, for those of [`SIMPLIFIED`] that have another.
const TRADITIONAL: &str = "这這个個们們来來为爲国國说說时時会會对對于於过過发發后後里裏种種经經么麼学學现現当當没沒动動还還进進 \
    样樣开開从從实實军軍无無与與长長机機关關点點业業将將两兩间間问問并並应應战戰头頭体體见見产產话話内內 \
    给給门門儿兒东東声聲员員论論处處义義几幾认認条條气氣题題尔爾别別变變总總电電数數报報结結务務场場计計 \
    资資许許统統区區队隊决決马馬书書则則听聽却卻达達强強难難权權设設记記类類据據边邊张張该該规規万萬觉覺 \
    术術领領确確传傳师師观觀让讓识識带帶导導争爭运運笔筆响響随隨转轉离離准準组組织織级級华華党黨县縣镇鎮 \
    乡鄉际際构構专專备備调調节節约約证證续續协協议議参參项項愿願群羣众衆层層环環创創讲講训訓医醫疗療积積 \
    温溫风風灾災连連围圍办辦飞飛养養视視亲親谁誰语語单單够夠请請较較装裝断斷轻輕费費图圖坚堅历歷吃喫红紅 \
    阳陽阴陰护護极極帮幫划劃农農复復满滿验驗称稱选選标標写寫属屬广廣黄黃陈陳刘劉杨楊吴吳赵趙孙孫罗羅郑鄭 \
    谢謝韩韓冯馮萧蕭邓鄧吕呂苏蘇卢盧蒋蔣贾賈叶葉阎閻余餘钟鍾范範谭譚邹鄒陆陸顾顧龙龍钱錢汤湯阶階谈談拥擁 \
    尽盡势勢显顯块塊游遊戏戲细細药藥热熱乐樂爱愛欢歡恋戀惊驚梦夢爷爺礼禮坟墳庙廟楼樓台臺阁閣桥橋车車铁鐵 \
    轨軌货貨邮郵饭飯鱼魚鸡雞鸭鴨鹅鵝盐鹽酱醬葱蔥枣棗苹蘋兰蘭莲蓮树樹茎莖裤褲袜襪丝絲针針线線缝縫纫紉床牀 \
    柜櫃盘盤锅鍋炉爐灶竈灯燈烛燭镜鏡帘簾墙牆顶頂侧側圆圓状狀横橫竖豎宽寬软軟干幹湿溼冻凍凉涼烫燙烧燒腌醃 \
    词詞库庫储儲启啓执執网網络絡错錯误誤异異码碼编編译譯试試测測迁遷锁鎖迟遲监監询詢键鍵触觸缓緩录錄径徑 \
    户戶页頁脚腳释釋阅閱链鏈载載订訂删刪换換击擊择擇输輸隐隱举舉联聯递遞归歸静靜态態继繼优優价價谓謂扫掃 \
    滤濾团團责責财財审審税稅额額账賬银銀贷貸债債险險赔賠偿償涨漲赛賽练練亚亞奖獎胜勝负負馆館远遠篮籃诉訴 \
    讼訟辩辯检檢侦偵盗盜窃竊诈詐骗騙抢搶杀殺伤傷赌賭贪貪贿賄渎瀆职職飘飄洒灑览覽预預铲鏟锹鍬畅暢绿綠涌湧 \
    献獻邻鄰谐諧丽麗兴興粮糧渔漁虫蟲鲜鮮园園艺藝采採饮飲碍礙奥奧坝壩罢罷摆擺颁頒绑綁饱飽宝寶贝貝毕畢币幣 \
    闭閉辟闢贬貶辫辮宾賓滨濱饼餅补補蚕蠶残殘惭慚惨慘灿燦苍蒼舱艙仓倉缠纏阐闡颤顫尝嘗肠腸厂廠钞鈔彻徹尘塵 \
    衬襯撑撐惩懲诚誠齿齒冲衝筹籌丑醜厨廚础礎疮瘡闯闖锤錘唇脣纯純辞辭赐賜聪聰凑湊担擔胆膽诞誕弹彈挡擋荡蕩 \
    档檔岛島捣搗敌敵颠顛垫墊钓釣叠疊丢丟栋棟斗鬥独獨读讀锻鍛吨噸顿頓夺奪堕墮恶惡饿餓罚罰烦煩贩販访訪纺紡 \
    废廢纷紛奋奮愤憤粪糞丰豐枫楓峰峯锋鋒疯瘋讽諷凤鳳肤膚抚撫辅輔赋賦妇婦缚縛盖蓋赶趕刚剛钢鋼纲綱岗崗搁擱 \
    宫宮巩鞏贡貢沟溝购購雇僱挂掛贯貫惯慣龟龜贵貴滚滾汉漢恒恆轰轟壶壺哗譁怀懷坏壞焕煥唤喚挥揮辉輝毁毀伙夥 \
    获獲饥飢迹跡绩績挤擠济濟辑輯夹夾钾鉀驾駕歼殲艰艱拣揀简簡碱鹼减減荐薦鉴鑑贱賤溅濺渐漸践踐浆漿骄驕娇嬌 \
    浇澆胶膠绞絞缴繳轿轎杰傑洁潔届屆紧緊锦錦仅僅谨謹晋晉劲勁鲸鯨颈頸净淨竞競纠糾旧舊剧劇惧懼锯鋸绢絹绝絕 \
    骏駿颗顆壳殼课課垦墾恳懇夸誇矿礦旷曠况況亏虧扩擴阔闊蜡蠟赖賴栏欄拦攔蓝藍懒懶烂爛滥濫捞撈劳勞涝澇泪淚 \
    厘釐厉厲励勵隶隸俩倆怜憐炼煉辆輛谅諒辽遼猎獵临臨灵靈铃鈴岭嶺聋聾笼籠垄壟拢攏芦蘆虏虜鲁魯驴驢铝鋁屡屢 \
    缕縷虑慮乱亂轮輪伦倫萝蘿逻邏锣鑼箩籮骡騾骆駱妈媽蚂螞骂罵吗嗎买買麦麥卖賣迈邁脉脈馒饅蛮蠻猫貓贸貿霉黴 \
    闷悶谜謎秘祕灭滅鸣鳴铭銘谋謀亩畝纳納恼惱闹鬧脑腦拟擬腻膩酿釀鸟鳥宁寧纽紐浓濃诺諾欧歐呕嘔庞龐抛拋喷噴 \
    贫貧频頻凭憑评評泼潑颇頗扑撲铺鋪朴樸谱譜齐齊骑騎岂豈铅鉛谦謙签籤钳鉗潜潛浅淺枪槍翘翹钦欽倾傾氢氫庆慶 \
    穷窮趋趨驱驅劝勸鹊鵲饶饒扰擾绕繞荣榮绒絨锐銳润潤萨薩伞傘丧喪纱紗筛篩晒曬闪閃陕陝赏賞绍紹摄攝绅紳婶嬸 \
    肾腎渗滲绳繩圣聖尸屍狮獅诗詩蚀蝕驶駛饰飾寿壽兽獸帅帥顺順烁爍饲飼耸聳颂頌肃肅虽雖岁歲损損笋筍缩縮琐瑣 \
    摊攤滩灘坛壇叹嘆涛濤讨討腾騰屉屜贴貼厅廳铜銅秃禿涂塗托託脱脫驼駝弯彎湾灣顽頑违違维維伟偉伪僞纬緯闻聞 \
    稳穩窝窩卧臥乌烏呜嗚诬誣雾霧牺犧锡錫习習袭襲虾蝦峡峽狭狹吓嚇纤纖闲閒贤賢咸鹹衔銜宪憲厢廂镶鑲详詳销銷 \
    晓曉胁脅携攜泻瀉凶兇绣繡虚虛须須叙敘绪緒悬懸勋勳寻尋讯訊鸦鴉哑啞烟煙严嚴岩巖颜顏厌厭艳豔扬揚痒癢摇搖 \
    遥遙窑窯遗遺仪儀蚁蟻亿億忆憶谊誼婴嬰樱櫻鹰鷹营營蝇蠅赢贏哟喲咏詠忧憂犹猶诱誘娱娛郁鬱狱獄誉譽缘緣岳嶽 \
    悦悅跃躍云雲匀勻晕暈韵韻蕴蘊杂雜暂暫赞贊脏髒泽澤贼賊赠贈闸閘斩斬盏盞崭嶄占佔帐帳胀脹诊診阵陣征徵挣掙 \
    睁睜纸紙质質终終肿腫轴軸皱皺骤驟诸諸猪豬嘱囑驻駐筑築铸鑄砖磚赚賺庄莊桩樁壮壯浊濁综綜踪蹤纵縱钻鑽压壓 \
    为為里裡着著卫衛群羣线綫启啟峰峯并并台臺";
/// Frequent characters of Japanese that are not in [`SIMPLIFIED`].
const KANJI: &str = "時間後見場長動対業発東気問話員実関画電車読込検単語記録報処設計開閉終応変種類証結書調査値機刻号削選択 \
    確認頁図線曜週毎朝昼風川島府県町駅橋駐輪歩乗飛約階庭鳥魚飯黒緑紙館議論試験強質題説決敗練習経歴伝統芸 \
    術楽絵賞祭薬療熱姉孫達際連済売買価円銀職仕働給暇観泊満軽貸払戻";
/// Hiragana, most frequent first.
const HIRAGANA: &str = "のにはをたがでてとしれさいるすまりなこっかもくあらうんそきよおけせちどつだめみじわろえやばへほずげぶ \
    ごべびぎむひふねゆぞぐぜょゃゅざぢぬぼづぱぷぽぴぺぁぃぅぇぉ";
/// Frequent syllables of Korean, most frequent first.
const HANGUL: &str = "이다는을의에가고하지한은로기사를도자리인어나대있시정해스아과수부서그전일제들적상주장보으만관성게년구 \
    라원조동여우비연면세계신공중국선화안문치경학요용회모트소개무유내발실했것생위결단출행물람방와오분식러 \
    더때간미체산드니마바거된데작할말음민진없입통같려업저각후였명월반당재금르될책강점군심속김되운호질터며 \
    교감표법색레번크술양노본프직규설력열종향건준남북름외많피습추파글새않달찾까등목토돌네울영받독예역즈박 \
    합먼길별권래련현평복따확량함약활급논손석론육런두증투디카십집천키임항축살태테티링백처류최품차필청초송 \
    배변병림특플형희험너녀담극령벌편승야른난절킨득불검룹균란존온";

impl Costs {
    fn get() -> &'static Costs {
        static COSTS: OnceLock<Costs> = OnceLock::new();
        COSTS.get_or_init(Costs::new)
    }

    fn new() -> Costs {
        let mut plane: Vec<u8> = (0..0x1_0000).map(|code| char::from_u32(code).map_or(u8::MAX, base)).collect();
        let mut set = |c: char, quarters: u8| {
            if let Some(cost) = plane.get_mut(u32::from(c) as usize) {
                *cost = quarters.min(*cost);
            }
        };
        // The first level of each standard: (encoding, lead bytes, trail bytes, cost in quarter bits).
        let levels: [(&'static Encoding, std::ops::RangeInclusive<u8>, u8, u8); 5] = [
            (GB18030, 0xB0..=0xD7, 0xA1, 56),
            (BIG5, 0xA4..=0xC6, 0x40, 58),
            (EUC_JP, 0xB0..=0xCF, 0xA1, 60),
            (EUC_KR, 0xB0..=0xC8, 0xA1, 52),
            (GB18030, 0xD8..=0xF7, 0xA1, 68),
        ];
        for (encoding, leads, first, cost) in levels {
            for lead in leads {
                for trail in first..=0xFE {
                    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&[lead, trail])
                        && let Some(c) = text.chars().next()
                        && text.chars().nth(1).is_none()
                    {
                        set(c, cost);
                    }
                }
            }
        }
        for (rank, c) in SIMPLIFIED.chars().enumerate() {
            set(c, frequent(rank));
        }
        let mut pairs = TRADITIONAL.chars();
        while let (Some(simplified), Some(traditional)) = (pairs.next(), pairs.next()) {
            let rank = SIMPLIFIED.chars().position(|c| c == simplified).unwrap_or(1000);
            set(traditional, frequent(rank));
        }
        for c in KANJI.chars() {
            set(c, 46);
        }
        for (rank, c) in HIRAGANA.chars().enumerate() {
            set(c, 20 + u8::try_from(rank / 4).unwrap_or(20));
        }
        for (rank, c) in HANGUL.chars().enumerate() {
            set(c, 24 + u8::try_from(rank / 14).unwrap_or(20));
        }
        Costs { plane }
    }

    fn of(&self, c: char) -> (u8, Script) {
        let code = u32::from(c);
        let cost = self.plane.get(code as usize).copied();
        let script = match code {
            0..=0x7F => Script::Common,
            0x80..=0xFF => Script::Latin1,
            0x3041..=0x30FF => Script::Kana,
            0x3400..=0x9FFF | 0x2_0000.. => Script::Han,
            0xAC00..=0xD7AF => Script::Hangul,
            0xFF66..=0xFF9F => Script::HalfKana,
            _ if unspaced(c) => Script::Common,
            _ => Script::Other,
        };
        // Beyond the basic plane: rare Han characters, emoji, and what nobody writes.
        let far = || match code {
            0x1_F300..=0x1_FAFF => 60,
            0x2_0000..=0x3_FFFF => 80,
            _ => 92,
        };
        (cost.unwrap_or_else(far), script)
    }
}

/// The cost of the character with this rank (0 is the most frequent) in a list: 7 bits for the first, 11.5 for the
/// thousandth.
fn frequent(rank: usize) -> u8 {
    let bits = (2.0 * (rank.min(1500) as f32 + 40.0)).log2() * 1.05 + 0.3;
    (bits * 4.0) as u8
}

/// The cost of a character that is in no list.
pub(super) fn base(c: char) -> u8 {
    let bits = match u32::from(c) {
        0x20 => 3,
        0x09 | 0x0A => 5,
        0x0D => 6,
        0x0C => 10,
        0..=0x1F | 0x7F => 20,
        0x61..=0x7A => 5,
        0x30..=0x39 => 5,
        0x21..=0x7E => 7,
        0x80..=0x9F => 24,
        0xA0..=0xBF | 0xD7 | 0xF7 => 11,
        0xC0..=0xFF => 9,
        0x3001 | 0x3002 | 0xFF0C => 5,
        0x201C | 0x201D | 0xFF1A | 0x300C | 0x300D | 0xFF08 | 0xFF09 | 0x3000 => 7,
        0x2014 | 0x2026 | 0x300A | 0x300B | 0xFF01 | 0xFF1B | 0xFF1F => 8,
        0x2010..=0x2027 | 0x3000..=0x301F => 10,
        0x3041..=0x309F => 10,
        0x30A1..=0x30FF => 8,
        0x4E00..=0x9FFF => 19,
        0xAC00..=0xD7A3 => 17,
        0xFF01..=0xFF5E => 11,
        0xFF61..=0xFF9F => 13,
        0x0100..=0x024F => 12,
        0x0370..=0x03FF | 0x0530..=0x06FF | 0x0900..=0x0FFF => 9,
        0x0400..=0x045F => 6,
        0x2500 | 0x2502 | 0x250C | 0x2514 | 0x251C => 9,
        0x2460..=0x24FF | 0x25A0..=0x26FF | 0x2190..=0x2199 => 13,
        0x2000..=0x2BFF | 0x3200..=0x33FF => 16,
        0x3400..=0x4DBF | 0xF900..=0xFAFF => 22,
        0xE000..=0xF8FF => 24,
        0xFFFD | 0xFEFF => 26,
        _ => match c.general_category() {
            GeneralCategory::Unassigned => 26,
            _ => 18,
        },
    };
    bits * 4
}
