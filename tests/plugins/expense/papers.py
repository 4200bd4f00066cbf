"""Invoices for tests, made after the published structure: no original of anybody is in here.

The XML follows the elements of the fully digitalised invoice (Header, EInvoiceData, TaxSupervisionInfo), the older one
the schema http://www.edrm.org.cn/schema/e-invoice/2019; the OFD has the parts GB/T 33190-2016 asks for; the PDF stands
where the printed form has its words. Sellers and buyers are invented, their codes have a true check character.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from reportlab.pdfgen import canvas

from remit.reports import REGULAR, register_fonts

#: GB 32100-2015: the last character follows from the others.
SELLER, SELLER_CODE = "北京望京酒店管理有限公司", "91110105MA01ABCD00"
BUYER, BUYER_CODE = "上海灵客信息技术有限公司", "91310115MA1K4PQX1H"
NUMBER = "26112000000012345678"


def xml(**told: str) -> bytes:
    """A fully digitalised invoice of a hotel: 800.00 and 48.00 tax, unless something else is told."""
    said = {
        "number": NUMBER, "issued": "2026-03-18", "seller": SELLER, "seller_code": SELLER_CODE, "buyer": BUYER,
        "buyer_code": BUYER_CODE, "net": "800.00", "tax": "48.00", "total": "848.00", "item": "*住宿服务*住宿费",
        "label": "02", **told,
    }  # fmt: skip
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{said["number"]}</EIid><EInvoiceTag>SWEI3200</EInvoiceTag><Version>0.2</Version>
<InherentLabel><InIssuType><LabelCode>Y</LabelCode><LabelName>是否蓝字发票标志</LabelName></InIssuType>
<EInvoiceType><LabelCode>01</LabelCode></EInvoiceType>
<GeneralOrSpecialVAT><LabelCode>{said["label"]}</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT>
</InherentLabel></Header><EInvoiceData>
<SellerInformation><SellerIdNum>{said["seller_code"]}</SellerIdNum><SellerName>{said["seller"]}</SellerName>
</SellerInformation>
<BuyerInformation><BuyerIdNum>{said["buyer_code"]}</BuyerIdNum><BuyerName>{said["buyer"]}</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>{said["net"]}</TotalAmWithoutTax><TotalTaxAm>{said["tax"]}</TotalTaxAm>
<TotalTax-includedAmount>{said["total"]}</TotalTax-includedAmount>
<RequestTime>{said["issued"]} 10:11:12</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>{said["item"]}</ItemName><Quantity>2</Quantity><UnPrice>400</UnPrice>
<Amount>{said["net"]}</Amount><TaxRate>0.06</TaxRate><ComTaxAm>{said["tax"]}</ComTaxAm>
<TotaltaxIncludedAmount>{said["total"]}</TotaltaxIncludedAmount></IssuItemInformation>
</EInvoiceData><TaxSupervisionInfo><InvoiceNumber>{said["number"]}</InvoiceNumber>
<IssueTime>{said["issued"]}</IssueTime><TaxBureauCode>11100000000</TaxBureauCode></TaxSupervisionInfo></EInvoice>
""".encode()


def old_xml() -> bytes:
    """An electronic invoice of the time before, with code and number."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<fp:eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"><fp:DocID>01</fp:DocID><fp:AreaCode>031</fp:AreaCode>
<fp:TypeCode>0</fp:TypeCode><fp:InvoiceCode>031002000411</fp:InvoiceCode><fp:InvoiceNo>71500013</fp:InvoiceNo>
<fp:IssueDate>2026年02月20日</fp:IssueDate><fp:InvoiceCheckCode>032728</fp:InvoiceCheckCode>
<fp:Buyer><fp:BuyerName>{BUYER}</fp:BuyerName><fp:BuyerTaxID>{BUYER_CODE}</fp:BuyerTaxID></fp:Buyer>
<fp:Seller><fp:SellerName>{SELLER}</fp:SellerName><fp:SellerTaxID>{SELLER_CODE}</fp:SellerTaxID></fp:Seller>
<fp:TaxInclusiveTotalAmount>113.00</fp:TaxInclusiveTotalAmount><fp:TaxTotalAmount>13.00</fp:TaxTotalAmount>
<fp:TaxExclusiveTotalAmount>100.00</fp:TaxExclusiveTotalAmount>
<fp:GoodsInfos><fp:GoodsInfo><fp:Item>*文具*笔记本</fp:Item><fp:Amount>100.00</fp:Amount>
<fp:TaxAmount>13.00</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></fp:eInvoice>
""".encode()


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
#: The parts that make an archive an OFD, and a page with the words of an invoice.
FRAME = {
    "OFD.xml": f"""<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {_OFD} Version="1.1" DocType="OFD"><ofd:DocBody>
<ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:CustomDatas><ofd:CustomData Name="发票号码">{NUMBER}</ofd:CustomData>
<ofd:CustomData Name="合计金额">800.00</ofd:CustomData><ofd:CustomData Name="合计税额">48.00</ofd:CustomData>
<ofd:CustomData Name="购买方纳税人识别号">{BUYER_CODE}</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>
<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>""",
    "Doc_0/Document.xml": f'<ofd:Document {_OFD}><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>',
}


def ofd(attached: bytes | None = None) -> bytes:
    """An OFD with an invoice attached to it."""
    return zipped({**FRAME, "Doc_0/Attachs/original_invoice.xml": attached if attached is not None else xml()})


def tagged_ofd() -> bytes:
    """An OFD without attachment: tags refer to text objects; the tag of the total finds the sign of the yuan alone."""
    words = {"11": "2026年03月18日", "12": SELLER, "13": SELLER_CODE, "14": BUYER, "15": "¥"}
    page = "".join(
        f'<ofd:TextObject ID="{number}"><ofd:TextCode X="1" Y="1">{text[:4]}</ofd:TextCode>'
        f"<ofd:TextCode>{text[4:]}</ofd:TextCode></ofd:TextObject>" for number, text in words.items()
    )  # fmt: skip
    tags = {"IssueDate": "11", "SellerName": "12", "SellerTaxID": "13", "BuyerName": "14",
            "TaxInclusiveTotalAmount": "15"}  # fmt: skip
    said = "".join(
        f'<ofd:{name}><ofd:ObjectRef PageRef="1">{number}</ofd:ObjectRef></ofd:{name}>' for name, number in tags.items()
    )
    return zipped({
        **FRAME, "Doc_0/Tags/CustomTags.xml": f"<ofd:CustomTags {_OFD}/>",
        "Doc_0/Tags/CustomTag.xml": f"<ofd:eInvoice {_OFD}>{said}</ofd:eInvoice>",
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {_OFD}>{page}</ofd:Page>",
    })  # fmt: skip


def pdf(*, words: bool = True, password: str | None = None) -> bytes:
    """The printed form: buyer left, seller right, drawn in no order."""
    register_fonts()
    made = io.BytesIO()
    paper = canvas.Canvas(made, pagesize=(595, 396), encrypt=password)
    if words:
        paper.setFont(REGULAR, 9)
        for left, up, text in (
            (330, 300, f"名称：{SELLER}"), (40, 120, "价税合计（大写）捌佰肆拾捌圆整"), (400, 120, "（小写）¥848.00"),
            (430, 370, f"发票号码：{NUMBER}"), (40, 300, f"名称：{BUYER}"), (430, 355, "开票日期：2026年03月18日"),
            (40, 280, f"统一社会信用代码/纳税人识别号：{BUYER_CODE}"), (230, 360, "电子发票（普通发票）"),
            (330, 280, f"统一社会信用代码/纳税人识别号：{SELLER_CODE}"), (40, 220, "*住宿服务*住宿费"),
            (300, 220, "800.00"), (350, 220, "6%"), (400, 220, "48.00"), (40, 140, "合"), (60, 140, "计"),
            (300, 140, "¥800.00"), (400, 140, "¥48.00"),
        ):
            paper.drawString(left, up, text)
    paper.showPage()
    paper.save()
    return made.getvalue()
