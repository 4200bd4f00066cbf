"""The columns of the three files and the headings that other programs and offices give them."""

# ruff: noqa: E501  headings in Chinese count double
from __future__ import annotations

from core.base.text import catalogue
from core.exchange.columns import Column, Sheet

_ = catalogue("org")

UNIT_SHEET = Sheet(
    "units",
    (
        Column("code", _("Unit code"), "code", required=True, max_length=40,
               aliases=("部门编码", "组织编码", "部门编号", "dept_no", "department code", "code")),
        Column("title", _("Unit"), required=True, max_length=100,
               aliases=("部门", "部门名称", "组织名称", "名称", "title", "name", "dept_name", "department",
                        "中文名称")),
        Column("title_en", _("Unit (English)"), max_length=100, aliases=("英文名称", "部门英文名", "english name")),
        Column("parent", _("Parent unit"), max_length=200,
               aliases=("上级部门", "上级组织", "上级部门编码", "上级编码", "父部门", "parent", "parent code")),
        Column("kind", _("Kind of unit"), "enum", aliases=("组织类别", "组织类型", "部门类型", "kind", "type"), choices={
            "company": ("公司", "company"), "branch": ("分公司", "分支机构", "branch"),
            "department": ("部门", "department", "一级部门", "中心"), "group": ("组", "小组", "科室", "group", "team"),
            "project": ("项目", "项目组", "project"), "body": ("委员会", "机构", "body", "committee"),
        }),
        Column("mission", _("Mission"), max_length=1000, aliases=("部门职责", "职责", "组织描述", "mission")),
        Column("mission_en", _("Mission (English)"), max_length=1000, aliases=("职责英文", "english mission")),
        Column("order", _("Order"), "int", maximum=1_000_000, aliases=("排序", "顺序", "序号", "sort", "order")),
        Column("legal_entity", _("Company"), max_length=100, aliases=("所属公司", "法人", "法人公司", "合同公司", "company")),
        Column("country", _("Country"), "code", max_length=2, aliases=("国家", "country")),
        Column("withholding_agent", _("Own withholding agent"), "bool", aliases=("独立扣缴", "是否扣缴义务人")),
        Column("credit_code", _("Credit code"), "code", max_length=18, identifier="uscc",
               aliases=("统一社会信用代码", "信用代码", "纳税人识别号")),
        Column("contribution_place", _("Contribution place"), "code", max_length=40,
               aliases=("参保地", "社保缴纳地区", "缴纳地", "contribution place")),
        Column("valid_from", _("Valid from"), "date", aliases=("生效日期", "设立日期", "from_date", "from", "起始日期")),
        Column("valid_to", _("Valid to"), "date", aliases=("失效日期", "撤销日期", "to_date", "to", "结束日期")),
        Column("external_id", _("External id"), "code", max_length=80, aliases=("外部编号", "外部id", "external id")),
    ),
)  # fmt: skip

POSITION_SHEET = Sheet(
    "positions",
    (
        Column("code", _("Position code"), "code", required=True, max_length=60,
               aliases=("岗位编码", "岗位编号", "职位编码", "position code", "code")),
        Column("title", _("Position"), required=True, max_length=100,
               aliases=("岗位", "岗位名称", "职位", "职位名称", "名称", "title", "position", "中文名称")),
        Column("title_en", _("Position (English)"), max_length=100, aliases=("英文名称", "岗位英文名", "english title")),
        Column("unit", _("Unit"), required=True, max_length=200,
               aliases=("部门", "部门编码", "所属部门", "unit", "department", "dept_no")),
        Column("reports_to", _("Reports to"), "code", max_length=60,
               aliases=("上级岗位", "汇报岗位", "汇报对象", "直属上级岗位", "上级岗位编码", "reports to", "manager position")),
        Column("headcount", _("Headcount"), "int", maximum=100_000, aliases=("编制", "编制数", "直属编制", "headcount")),
        Column("grade", _("Grade"), max_length=20, aliases=("职级", "岗级", "grade", "level")),
        Column("family", _("Job family"), max_length=40, aliases=("岗位序列", "岗位分类", "序列", "family")),
        Column("is_head", _("Head of unit"), "bool", aliases=("部门负责人", "是否负责人", "负责人", "head")),
        Column("order", _("Order"), "int", maximum=1_000_000, aliases=("排序", "顺序", "序号", "sort", "order")),
        Column("requirements", _("Requirements"), max_length=2000, aliases=("任职要求", "岗位要求", "requirements")),
        Column("valid_from", _("Valid from"), "date", aliases=("生效日期", "设立日期", "from_date", "from", "起始日期")),
        Column("valid_to", _("Valid to"), "date", aliases=("失效日期", "撤销日期", "to_date", "to", "结束日期")),
        Column("external_id", _("External id"), "code", max_length=80, aliases=("外部编号", "外部id", "external id")),
    ),
)  # fmt: skip

PEOPLE_SHEET = Sheet(
    "people",
    (
        Column("number", _("Employee number"), "code", required=True, max_length=40,
               aliases=("工号", "员工编号", "员工号", "人员编号", "职工号", "emp_no", "employee no", "number", "staff no")),
        Column("name", _("Name"), required=True, max_length=100, personal=True,
               aliases=("姓名", "员工姓名", "name", "full name", "employee name"), spare=("中文名", "证件姓名")),
        Column("identity_kind", _("Kind of document"), max_length=60, aliases=("证件类型", "id type", "document type")),
        Column("identity_number", _("Document number"), "identity_number", personal=True,
               aliases=("证件号码", "证件号", "身份证号", "身份证号码", "身份证", "id number", "identity number")),
        Column("sex", _("Sex"), "enum", aliases=("性别", "gender", "sex"),
               choices={"M": ("男", "male"), "F": ("女", "female")}),
        Column("born_on", _("Date of birth"), "date", personal=True,
               aliases=("出生日期", "生日", "出生年月日", "birth_date", "birthday")),
        Column("phone", _("Phone"), "phone", personal=True,
               aliases=("手机号码", "手机号", "手机", "电话", "联系电话", "mobile", "phone")),
        Column("email", _("E-mail"), "email", max_length=200,
               aliases=("工作邮箱", "邮箱", "电子邮箱", "email", "mail")),
        Column("unit", _("Unit"), max_length=300,
               aliases=("部门", "所属部门", "部门编码", "部门名称", "unit", "department", "dept_no", "dept_name")),
        Column("position", _("Position"), max_length=100,
               aliases=("岗位", "职位", "岗位名称", "岗位编码", "position", "title", "job title"), spare=("职务",)),
        Column("post_kind", _("Kind of post"), "enum", default="substantive",
               aliases=("任职类型", "主兼岗", "岗位性质", "assignment kind"), choices={
                   "substantive": ("主岗", "主职", "任职", "primary"), "concurrent": ("兼岗", "兼任", "concurrent"),
                   "acting": ("代理", "acting"), "secondment": ("借调", "secondment"),
               }),
        Column("fte", _("FTE"), "rate", aliases=("工时占比", "工作比例", "时间占比", "fte", "workload")),
        Column("grade", _("Grade"), max_length=20, aliases=("职级", "岗级", "grade", "level")),
        Column("kind", _("Kind of employment"), "enum",
               aliases=("员工类型", "用工类型", "用工性质", "任职受雇从业类型", "employment type"), choices={
                   "regular": ("正式", "雇员", "全职", "正式员工", "劳动合同", "full time"),
                   "intern": ("实习", "实习生", "实习学生", "intern"),
                   "rehired_retiree": ("退休返聘", "返聘", "rehired retiree"),
                   "part_time": ("兼职", "非全日制", "part time"),
                   "contractor": ("劳务", "外包", "顾问", "contractor"),
               }),
        Column("hired_on", _("Hired on"), "date", required=True,
               aliases=("入职日期", "入职时间", "任职受雇从业日期", "hire_date", "hired on", "start date", "joined")),
        Column("left_on", _("Last day"), "date", aliases=("离职日期", "离职时间", "leave date", "left on"),
               spare=("最后工作日期",)),
        Column("first_job_of_year", _("First job of the year"), "bool", aliases=("首次就业", "当年首次取得工资薪金")),
        Column("valid_from", _("Valid from"), "date", aliases=("生效日期", "任职开始", "from_date", "from", "起始日期")),
        Column("valid_to", _("Valid to"), "date", aliases=("失效日期", "任职结束", "to_date", "to", "结束日期")),
        Column("bank_name", _("Bank"), max_length=100,
               aliases=("开户银行", "开户行", "工资卡开户银行", "工资卡开户银行1", "bank", "bank name")),
        Column("bank_account", _("Bank account"), "bank_account", personal=True, identifier="bank_card",
               aliases=("银行账号", "银行卡号", "工资卡号", "工资卡银行账号", "工资卡银行账号1", "account", "bank account")),
        Column("withholding_agent", _("Withholding agent"), max_length=200,
               aliases=("扣缴义务人", "个税扣缴义务人", "纳税主体", "withholding agent")),
        Column("contribution_place", _("Contribution place"), "code", max_length=40,
               aliases=("参保地", "社保缴纳地区", "缴纳地", "contribution place")),
        Column("external_id", _("External id"), "code", max_length=80, aliases=("外部编号", "外部id", "external id")),
    ),
)  # fmt: skip
