"""Invoices as XML: the fully digitalised one (root ``EInvoice``), and that of the electronic invoices before it
(``eInvoice``, http://www.edrm.org.cn/schema/e-invoice/2019), which comes attached to an OFD.
"""

from __future__ import annotations

from plugins.expense.invoices.record import Item, Record, minor, no_invoice, record, tidy
from plugins.expense.invoices.tree import Element, parse

#: What a record says -> the elements that say it, the better one first.
NAMES: dict[str, tuple[str, ...]] = {
    "number": ("InvoiceNumber", "EIid", "InvoiceNo"),
    "code": ("InvoiceCode",),
    "issued_on": ("IssueTime", "RequestTime", "IssueDate"),
    "seller_name": ("SellerName",),
    "seller_tax_number": ("SellerIdNum", "SellerTaxID"),
    "buyer_name": ("BuyerName",),
    "buyer_tax_number": ("BuyerIdNum", "BuyerTaxID"),
    "net": ("TotalAmWithoutTax", "TaxExclusiveTotalAmount"),
    "tax": ("TotalTaxAm", "TaxTotalAmount"),
    # Lines have a TotaltaxIncludedAmount of their own, which is another name.
    "total": ("TotalTax-includedAmount", "TaxInclusiveTotalAmount"),
}
ROOTS = ("EInvoice", "eInvoice")
#: 01 and 02 of the label for special VAT invoices and ordinary ones.
LABELS = {"01": "增值税专用发票", "02": "普通发票"}


def read(data: bytes) -> Record:
    """The invoice in an XML file. Raises ``DomainError``."""
    root = parse(data)
    if root.name not in ROOTS:
        raise no_invoice()
    return record(fields(root), items(root))


def fields(root: Element) -> dict[str, str]:
    """What the elements say, by the names of a record; what they leave out is left out."""
    said = {name: root.told(*elements) for name, elements in NAMES.items()}
    said["type"] = _kind(root)
    return {name: text for name, text in said.items() if text}


def _kind(root: Element) -> str:
    for label in root.all("GeneralOrSpecialVAT"):
        return LABELS.get(label.told("LabelCode"), label.told("LabelName"))
    return root.told("InvoiceType", "InvoiceName")


def items(root: Element) -> list[Item]:
    """The lines."""
    found = [*root.all("IssuItemInformation"), *root.all("GoodsInfo")]
    return [
        Item(tidy(one.told("ItemName", "Item")), minor(one.told("Amount")), minor(one.told("ComTaxAm", "TaxAmount")))
        for one in found if one.told("ItemName", "Item")
    ]  # fmt: skip
