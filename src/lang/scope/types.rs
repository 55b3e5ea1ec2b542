//! Walking types: names in them are resolved for the checker, and members that they declare are noted.
//! Must never make a name count as used at run time.

use super::binding::Analyser;
use super::hint::{of_declaration, of_return};
use super::{Hint, SymbolKind};
use crate::ast::{FunctionType, Interface, PropertyKey, ReturnType, Type, TypeAlias, TypeMember, TypeParam, TypeRef};

impl<'a> Analyser<'_, 'a> {
    pub fn types(&mut self, types: &[Type<'a>]) {
        for ty in types {
            self.ty(ty);
        }
    }

    pub fn ty(&mut self, ty: &Type<'a>) {
        let mut at = *ty;
        loop {
            at = match at {
                Type::Array(array) => array.element,
                Type::Paren(paren) => paren.ty,
                Type::Operator(operator) => operator.ty,
                Type::Indexed(indexed) => {
                    self.ty(&indexed.index);
                    indexed.object
                }
                Type::Conditional(conditional) => {
                    self.ty(&conditional.check);
                    // Names after `инфер` reach the branch taken when the check holds.
                    self.enter();
                    self.ty(&conditional.extends);
                    self.ty(&conditional.yes);
                    self.leave();
                    conditional.no
                }
                other => return self.type_leaf(other),
            };
        }
    }

    fn type_leaf(&mut self, ty: Type<'a>) {
        match ty {
            Type::Ref(reference) => self.type_ref(reference),
            Type::Tuple(tuple) => {
                for item in tuple.items {
                    self.ty(&item.ty);
                }
            }
            Type::Object(object) => self.type_members(object.members),
            Type::Mapped(mapped) => {
                self.ty(&mapped.constraint);
                self.enter();
                self.declare_type(&mapped.name, SymbolKind::TypeParam);
                self.ty(&mapped.value);
                self.leave();
            }
            Type::Function(function) => self.function_type(function),
            Type::Union(list) | Type::Intersection(list) => self.types(list.types),
            Type::Typeof(query) => self.read_typeof(&query.name),
            Type::Infer(infer) => {
                self.declare_infer(&infer.name);
                if let Some(constraint) = &infer.constraint {
                    self.ty(constraint);
                }
            }
            Type::Template(template) => self.types(template.types),
            _ => {}
        }
    }

    pub fn type_ref(&mut self, reference: &TypeRef<'a>) {
        let _ = self.read_type(&reference.name);
        self.types(reference.args);
    }

    pub fn type_params(&mut self, params: &[TypeParam<'a>]) {
        for param in params {
            self.declare_type(&param.name, SymbolKind::TypeParam);
        }
        for param in params {
            for ty in param.constraint.iter().chain(&param.default) {
                self.ty(ty);
            }
        }
    }

    pub fn return_type(&mut self, return_type: &ReturnType<'a>) {
        match return_type {
            ReturnType::Type(ty) => self.ty(ty),
            ReturnType::Predicate(predicate) => {
                if let Some(ty) = &predicate.ty {
                    self.ty(ty);
                }
            }
        }
    }

    fn function_type(&mut self, function: &FunctionType<'a>) {
        self.enter();
        self.type_params(function.type_params);
        if let Some(ty) = &function.this_type {
            self.ty(ty);
        }
        for param in function.params {
            // A return type may speak of a parameter (`навъи х`), so the names are declared.
            self.declare_pattern(&param.pattern, SymbolKind::Param, Hint::Unknown);
            if let Some(ty) = &param.ty {
                self.ty(ty);
            }
        }
        if let Some(return_type) = &function.return_type {
            self.return_type(return_type);
        }
        self.leave();
    }

    pub fn interface(&mut self, interface: &Interface<'a>) {
        self.enter();
        self.type_params(interface.type_params);
        for extended in interface.extends {
            self.type_ref(extended);
        }
        self.type_members(interface.members);
        self.leave();
    }

    pub fn type_alias(&mut self, alias: &TypeAlias<'a>) {
        self.enter();
        self.type_params(alias.type_params);
        self.ty(&alias.ty);
        self.leave();
    }

    fn type_members(&mut self, members: &[TypeMember<'a>]) {
        for member in members {
            match member {
                TypeMember::Property(property) => {
                    let hint = of_declaration(property.ty.as_ref(), None, self.names);
                    self.type_key(&property.key, hint, Hint::Unknown);
                    if let Some(ty) = &property.ty {
                        self.ty(ty);
                    }
                }
                TypeMember::Method(method) => {
                    let answer = of_return(false, method.function.return_type.as_ref(), self.names);
                    self.type_key(&method.key, Hint::Other, answer);
                    self.function_type(&method.function);
                }
                TypeMember::Index(signature) => {
                    self.ty(&signature.key);
                    self.ty(&signature.value);
                }
                TypeMember::Call(function) | TypeMember::Construct(function) => self.function_type(function),
            }
        }
    }

    fn type_key(&mut self, key: &PropertyKey<'a>, value: Hint, returned: Hint) {
        match key {
            // A computed key of a signature is erased with it.
            PropertyKey::Computed(crate::ast::Expr::Ident(ident)) => self.read_typeof(ident),
            PropertyKey::Computed(_) => {}
            other => self.declare_key_as(other, value, returned),
        }
    }
}
