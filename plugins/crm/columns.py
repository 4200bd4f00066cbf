"""The headings under which people keep leads, and those of what channels showed and cost."""

from __future__ import annotations

from remit.exchange import Column, Sheet
from remit.text import catalogue

_ = catalogue("crm")

#: One lead a row. Phones, mail addresses and names stay out of messages.
LEADS = Sheet(
    "leads",
    (
        Column("channel", _("Channel"), required=True,
               aliases=("来源", "线索来源", "来源渠道", "获客渠道", "source", "lead source")),
        Column("campaign", _("Campaign"), aliases=("活动", "市场活动", "活动编号", "推广计划", "campaign code")),
        Column("company", _("Customer"), max_length=160,
               aliases=("公司", "公司名称", "客户名称", "企业名称", "单位", "company", "company name", "account",
                        "organization")),
        Column("contact", _("Contact"), personal=True, max_length=80,
               aliases=("联系人", "联系人姓名", "姓名", "contact name", "name", "full name")),
        Column("phone", _("Phone"), personal=True, max_length=60,
               aliases=("手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "联系电话", "mobile", "tel",
                        "phone number")),
        Column("email", _("Mail address"), personal=True, max_length=254,
               aliases=("邮箱", "电子邮箱", "邮件", "e-mail", "mail")),
        Column("industry", _("Industry"), aliases=("所属行业", "sector")),
        Column("region", _("Region"), aliases=("省份", "所在地区", "区域", "area", "state")),
        Column("product", _("Product"), aliases=("意向产品", "产品意向", "感兴趣的产品", "interest")),
        Column("staff", _("Employees"), aliases=("公司规模", "企业规模", "规模", "员工人数", "人员规模", "size",
                                                 "company size", "number of employees")),
        Column("at", _("Taken in at"), aliases=("获取时间", "获取日期", "提交时间", "创建时间", "线索时间", "日期",
                                                "created at", "date", "created time")),
        Column("consent", _("Consent"), aliases=("授权同意", "隐私同意", "consent text")),
        Column("answers", _("Answers"), max_length=2000, aliases=("问卷", "表单答案", "form answers")),
        Column("note", _("Note"), aliases=("备注", "说明", "comment", "remark", "description")),
        Column("external_id", _("Number at its source"), "code",
               aliases=("线索编号", "线索ID", "外部编号", "lead id", "id", "external id")),
    ),
)  # fmt: skip

#: One day, or one period, of one channel and campaign a row, as platforms export it.
EXPOSURE = Sheet(
    "exposure",
    (
        Column("channel", _("Channel"), required=True, aliases=("来源", "投放渠道", "媒体", "平台", "platform")),
        Column("campaign", _("Campaign"), aliases=("活动", "推广计划", "计划名称", "campaign code")),
        Column("starts_on", _("From"), "date", required=True, aliases=("日期", "开始日期", "投放日期", "day", "date")),
        Column("last_day", _("Until, including"), "date", aliases=("结束日期", "截止日期", "end date")),
        Column("impressions", _("Impressions"), "int", aliases=("曝光", "曝光量", "曝光次数", "展现量", "views")),
        Column("clicks", _("Clicks"), "int", aliases=("点击", "点击量", "点击次数")),
        Column("paid", _("Paid"), "money", aliases=("花费", "消耗", "消费", "实际花费", "cost", "spend")),
        Column("evidence", _("Evidence"), max_length=300, aliases=("凭证", "账单", "数据来源", "bill")),
    ),
    key=("channel", "campaign", "starts_on"),
)  # fmt: skip
